/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder of socket and tokens: the daemon's alone. */
final class ShimFolder {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private ShimFolder() {}

    /** Returns the user of this process. */
    static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /**
     * Makes the folder if it is missing and empties it of what an earlier daemon left.
     *
     * @throws IOException it is a link, belongs to another user, or cannot be made
     */
    static void prepare(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || owner != ownUid()) {
            throw new IOException(folder + " is not a directory of user " + ownUid());
        }
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "{*.token,shim.sock}")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}
