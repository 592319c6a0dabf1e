/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where guards lie while they go from one domain into another: memory of a domain, which nobody but root may read, and which nobody may restore at a boot,
 * as xl's own service does with all that lies in its folder. Any thread; blocks for the disk.
 */
final class SaveFolder {

    /**
     * That of this host. Not {@code /var/lib/xen/save}. Source: Xen tools/hotplug/Linux/init.d/sysconfig.xendomains.in, XENDOMAINS_SAVE, and
     * xendomains.in, start, which restores every file there.
     */
    static final SaveFolder OF_HOST = new SaveFolder(Path.of("/var/lib/xen/vmcoupler"));

    private static final Logger LOG = LoggerFactory.getLogger(SaveFolder.class);
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    SaveFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes an empty file, readable by its owner alone. The caller deletes it.
     *
     * @throws IOException the folder cannot be made, or belongs to somebody else
     */
    Path newFile() throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
        }
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        if (!ours) {
            throw new IOException(folder + " is no folder of this process's user");
        }
        Files.setPosixFilePermissions(folder, OWNER_ALONE);
        return Files.createTempFile(folder, "guard-", ".save");
    }

    /**
     * Deletes what a daemon left that died meanwhile: nobody can make use of it, as it is one guard's memory of a time that is over. To be called while no
     * guard is carried. What cannot be deleted is told in the log.
     */
    void clear() {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "guard-*.save")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
                LOG.warn("{} was left by an earlier run and is deleted", file);
            }
        } catch (IOException e) {
            LOG.warn("what an earlier run left in {} cannot be deleted: {}", folder, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
