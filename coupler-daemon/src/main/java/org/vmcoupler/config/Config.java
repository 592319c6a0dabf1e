/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/** Everything that /etc/vmcoupler/vmcoupler.toml says. */
public record Config(
        DaemonConfig daemon,
        PeerPort peerPort,
        List<Peer> peers,
        MigrationConfig migration,
        LifeConfig life,
        Resources resources,
        LibvirtConfig libvirt,
        LabConfig lab) {

    /** Where the file is unless the command line names another one. */
    public static final Path DEFAULT_FILE = Path.of("/etc/vmcoupler/vmcoupler.toml");

    private static final long FILE_LIMIT_BYTES = 1 << 20;

    /** Copies the list. */
    public Config {
        peers = List.copyOf(peers);
    }

    /**
     * Reads a file. Blocks for the disk.
     *
     * @throws Refusal BAD_CONFIG: it cannot be read, or something in it is wrong; the message is for the operator
     */
    public static Config load(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > FILE_LIMIT_BYTES) {
                throw new Refusal(ErrorCode.BAD_CONFIG, file + " has " + bytes + " bytes, allowed are 1048576.");
            }
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "The configuration " + file + " cannot be read: " + e + ".", e);
        }
    }

    /**
     * Reads the text of a file.
     *
     * @param name what to call it in messages
     * @throws Refusal BAD_CONFIG: something in it is wrong
     */
    public static Config parse(String text, String name) {
        Section root = Section.parse(text, name);
        Config config = new Config(
                DaemonConfig.of(root.table("daemon")),
                PeerPort.of(root.table("peer_port")),
                Peer.all(root),
                MigrationConfig.of(root.table("migration")),
                LifeConfig.of(root.table("life")),
                Resources.of(root.table("resources")),
                LibvirtConfig.of(root.table("libvirt")),
                LabConfig.of(root.table("lab")));
        root.refuseRest();
        return config;
    }

    /** Returns the peer of this name as configured. */
    public Optional<Peer> peer(String name) {
        return peers.stream().filter(p -> p.name().equals(name)).findFirst();
    }
}
