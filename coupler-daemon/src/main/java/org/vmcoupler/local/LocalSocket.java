/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.Optional;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * Where the daemon listens. The socket is bound inside a folder of mode 0700, given its mode 0660 and its group there, and only then renamed to
 * its place: nobody can connect before its access is right, and a stale socket is replaced in one step.
 *
 * @param path absolute, at most 90 bytes, as the kernel takes 107 and the folder's name comes on top
 * @param group whose members may connect besides root; empty leaves the process's own group
 */
public record LocalSocket(Path path, Optional<String> group) {

    /** Where the daemon of a package listens. */
    public static final Path DEFAULT_PATH = Path.of("/run/vmcoupler/vmcoupler.sock");

    /** The group that the package makes. */
    public static final String DEFAULT_GROUP = "vmcoupler";

    private static final int MAX_PATH_BYTES = 90;

    /** Checks the path. */
    public LocalSocket {
        if (!path.isAbsolute() || path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new Refusal(
                    ErrorCode.BAD_CONFIG,
                    "The path of the local socket must be absolute and at most " + MAX_PATH_BYTES + " bytes long: "
                            + path + ".");
        }
    }

    /**
     * Returns where to bind. Leaves an empty private folder behind that {@link #publish} removes.
     *
     * @throws Refusal another daemon listens at the path, or the folder cannot be made
     */
    Path prepare() {
        if (listening()) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "Another daemon already listens on " + path + ".");
        }
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent(), "an absolute path has a parent"));
            Files.deleteIfExists(staged());
            Files.deleteIfExists(folder());
            Files.createDirectory(
                    folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return staged();
        } catch (IOException e) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "The local socket cannot be made at " + path + ": " + e + ".", e);
        }
    }

    /**
     * Gives the socket bound at {@link #prepare}'s path its access and its place.
     *
     * @throws Refusal the group does not exist or cannot be given, or the rename failed; the path is unchanged
     */
    void publish() {
        Path staged = staged();
        try {
            Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rw-rw----"));
            if (group.isPresent()) {
                GroupPrincipal principal =
                        staged.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group.get());
                Files.getFileAttributeView(staged, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setGroup(principal);
            }
            Files.move(staged, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (UserPrincipalNotFoundException e) {
            throw new Refusal(
                    ErrorCode.BAD_CONFIG,
                    "The group " + group.orElse("")
                            + " of the local socket does not exist; make it with \"groupadd --system "
                            + group.orElse("") + "\".",
                    e);
        } catch (IOException e) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "The local socket cannot be made at " + path + ": " + e + ".", e);
        } finally {
            discard();
        }
    }

    /** Removes what {@link #prepare} made, as far as it is there. */
    void discard() {
        try {
            Files.deleteIfExists(staged());
            Files.deleteIfExists(folder());
        } catch (IOException e) {
            // an empty private folder is left, which the next start removes
        }
    }

    private boolean listening() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false; // nothing there, or a stale socket
        }
    }

    private Path folder() {
        return path.resolveSibling("." + path.getFileName() + ".new");
    }

    private Path staged() {
        return folder().resolve("s");
    }
}
