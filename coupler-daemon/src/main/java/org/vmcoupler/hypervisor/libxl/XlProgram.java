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
import java.util.concurrent.TimeUnit;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * Reads xl's configuration files by xl itself, which alone knows all their forms. Source: xl(1), global option -N; Xen tools/xl/xl_vmcontrol.c,
 * create_domain, dryrun_only.
 */
final class XlProgram {

    private static final long DEADLINE_S = 10;
    private static final int OUTPUT_LIMIT = 256 * 1024;
    private static final int WORDS_LIMIT = 500;

    private XlProgram() {}

    /** Returns what {@code xl create} would make of the file. Blocks up to 10 s. */
    static DomainConfig read(Path file) {
        if (!Files.isReadable(file)) {
            throw new HypervisorException("the configuration " + file + " cannot be read");
        }
        String printed = run(file);
        try {
            JsonNode tree = DominfoJson.tree(printed);
            JsonNode one = tree.isArray() ? tree.path(0) : tree;
            return DomainConfig.parse((one.has("config") ? one.path("config") : one).toString());
        } catch (IllegalArgumentException e) {
            throw new HypervisorException("xl makes no use of " + file + ": " + e.getMessage(), e);
        }
    }

    private static String run(Path file) {
        try {
            Path words = Files.createTempFile("vmcoupler-xl", ".err");
            try {
                Process xl = new ProcessBuilder("xl", "-N", "create", file.toString())
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectError(words.toFile())
                        .start();
                try (InputStream out = xl.getInputStream()) {
                    String printed = new String(out.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
                    if (!xl.waitFor(DEADLINE_S, TimeUnit.SECONDS) || xl.exitValue() != 0) {
                        throw new HypervisorException("xl cannot read " + file + ": " + last(words));
                    }
                    return printed;
                } finally {
                    xl.destroyForcibly();
                }
            } finally {
                Files.delete(words);
            }
        } catch (IOException e) {
            throw new HypervisorException("xl cannot be run to read " + file + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException("interrupted while xl reads " + file, e);
        }
    }

    private static String last(Path words) throws IOException {
        String all = new String(Files.readAllBytes(words), StandardCharsets.UTF_8).strip();
        return all.substring(Math.max(0, all.length() - WORDS_LIMIT)).replace('\n', ' ');
    }
}
