/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * What xl itself does for us: it alone knows all forms of its configuration files, and it saves and restores a domain on one host without a save
 * helper that we steer.
 */
final class XlProgram {

    private static final Duration READ_DEADLINE = Duration.ofSeconds(10);
    private static final int OUTPUT_LIMIT = 256 * 1024;
    private static final int WORDS_LIMIT = 500;

    private XlProgram() {}

    /**
     * Returns what {@code xl create} would make of the file. Blocks up to 10 s. Source: xl(1), global option -N; Xen tools/xl/xl_vmcontrol.c,
     * create_domain, dryrun_only.
     */
    static DomainConfig read(Path file) {
        if (!Files.isReadable(file)) {
            throw new HypervisorException("the configuration " + file + " cannot be read");
        }
        String printed = run(READ_DEADLINE, "read " + file, "-N", "create", file.toString());
        try {
            JsonNode tree = DominfoJson.tree(printed);
            JsonNode one = tree.isArray() ? tree.path(0) : tree;
            return DomainConfig.parse((one.has("config") ? one.path("config") : one).toString());
        } catch (IllegalArgumentException e) {
            throw new HypervisorException("xl makes no use of " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Saves a domain, which ends it, and restores it as another one, paused. Its memory lies in a file of root alone meanwhile. Blocks up to {@code
     * deadline} for each of both. Source: xl(1), save, and restore with -p and -e.
     */
    static void carryOver(Domid domid, Duration deadline) {
        try {
            Path file = SaveFolder.OF_HOST.newFile();
            try {
                run(deadline, "save domain " + domid, "save", domid.toString(), file.toString());
                run(deadline, "restore domain " + domid, "restore", "-p", "-e", file.toString());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new HypervisorException(
                    "domain " + domid + " cannot be kept in " + SaveFolder.OF_HOST + ": " + e.getMessage(), e);
        }
    }

    private static String run(Duration deadline, String what, String... arguments) {
        try {
            Path printed = Files.createTempFile("vmcoupler-xl", ".out");
            Path words = Files.createTempFile("vmcoupler-xl", ".err");
            try {
                if (!endsWell(start(printed, words, arguments), deadline)) {
                    throw new HypervisorException("xl cannot " + what + ": " + last(words));
                }
                try (InputStream out = Files.newInputStream(printed)) {
                    return new String(out.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
                }
            } finally {
                Files.delete(printed);
                Files.delete(words);
            }
        } catch (IOException e) {
            throw new HypervisorException("xl cannot be run to " + what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException("interrupted while xl is to " + what, e);
        }
    }

    private static Process start(Path printed, Path words, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("xl"));
        command.addAll(List.of(arguments));
        ProcessBuilder xl = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(printed.toFile())
                .redirectError(words.toFile());
        // xl's save helper is the plain one: nobody would answer one that waits to be steered
        SaveHelper.VARIABLES.forEach(xl.environment()::remove);
        return xl.start();
    }

    private static boolean endsWell(Process xl, Duration deadline) throws InterruptedException {
        try {
            return xl.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS) && xl.exitValue() == 0;
        } finally {
            xl.destroyForcibly();
        }
    }

    private static String last(Path words) throws IOException {
        String all = new String(Files.readAllBytes(words), StandardCharsets.UTF_8).strip();
        return all.substring(Math.max(0, all.length() - WORDS_LIMIT)).replace('\n', ' ');
    }
}
