/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares what the mirrors say with the installed headers, through a C probe, and with the library itself. */
class AbiTest {

    private static final Map<String, Long> HEADERS = new HashMap<>();

    @BeforeAll
    static void compileAndRunTheProbe(@TempDir Path folder) throws Exception {
        needed(Files.exists(Path.of("/usr/include/libxl.h")), "no Xen headers here (Debian: libxen-dev)");
        needed(Files.isExecutable(Path.of("/usr/bin/gcc")), "no gcc here");
        Path probe = folder.resolve("abi_probe");
        run("gcc", "-Wall", "-Wextra", "-Werror", "-o", probe.toString(), "src/test/c/abi_probe.c");
        for (String line : run(probe.toString()).lines().toList()) {
            String[] words = line.split(" ", 2);
            HEADERS.put(words[0], Long.valueOf(words[1]));
        }
    }

    @Test
    void constantsAreThoseOfTheHeaders() {
        Map<String, Integer> mirrored = Map.ofEntries(
                Map.entry("LIBXL_VERSION", Libxl.LIBXL_VERSION),
                Map.entry("LIBXL_SUSPEND_LIVE", Libxl.LIBXL_SUSPEND_LIVE),
                Map.entry("INVALID_DOMID", Libxl.INVALID_DOMID),
                Map.entry("ERROR_DOMAIN_NOTFOUND", LibxlException.ERROR_DOMAIN_NOTFOUND),
                Map.entry("SELECTIVE_REAP", Libxl.libxl_sigchld_owner_libxl_always_selective_reap),
                Map.entry("chldowner", 0),
                Map.entry("XTL_INFO", XenToolLog.XTL_INFO),
                Map.entry("HIDE_PROGRESS", XenToolLog.XTL_STDIOSTREAM_HIDE_PROGRESS),
                Map.entry("SHADOW_OP_OFF", XenCtrl.XEN_DOMCTL_SHADOW_OP_OFF),
                Map.entry("STORE_PFN", XenCtrl.HVM_PARAM_STORE_PFN),
                Map.entry("F_SETFD", LibC.F_SETFD),
                Map.entry("F_GETFL", LibC.F_GETFL),
                Map.entry("O_CLOEXEC", LibC.O_CLOEXEC),
                Map.entry("SOCK_CLOEXEC", LibC.SOCK_CLOEXEC),
                Map.entry("SO_SNDBUFFORCE", LibC.SO_SNDBUFFORCE),
                Map.entry("SO_SNDBUF", LibC.SO_SNDBUF));
        mirrored.forEach((name, value) -> assertEquals(HEADERS.get(name), (long) value, name));
    }

    @Test
    void errorsHaveTheHeadersNumbers() {
        List<String> errors = HEADERS.keySet().stream()
                .filter(name -> name.startsWith("ERROR_"))
                .toList();
        assertTrue(errors.size() > 20, errors.toString());
        for (String error : errors) {
            assertEquals(
                    error, LibxlException.name(HEADERS.getOrDefault(error, 0L).intValue()));
        }
    }

    @Test
    void theLibraryTellsTheSizesOfTheHeaders() {
        Libraries libraries = installed();
        for (String struct :
                List.of("libxl_dominfo", "libxl_domain_config", "libxl_domain_restore_params", "libxl_physinfo")) {
            assertEquals(HEADERS.get(struct), (long) LibxlStruct.sizeBytes(libraries.xlSymbols(), struct), struct);
        }
    }

    @Test
    void structsAreInitialisedAndDisposed() {
        try (LibxlStruct params = new LibxlStruct(installed().xlSymbols(), "libxl_domain_restore_params")) {
            // stream_version, which libxl sets to 1: the reason for our setting it to 2
            assertEquals(1, params.pointer().getInt(HEADERS.getOrDefault("stream_version", -1L)));
        }
    }

    /** Skips on a machine without Xen's files, but fails where the build has installed them (scripts/build): a skip would hide that they are gone. */
    private static void needed(boolean there, String reason) {
        if (System.getenv("VMCOUPLER_NEEDS_XEN") != null) {
            assertTrue(there, reason);
        }
        assumeTrue(there, reason);
    }

    private static Libraries installed() {
        try {
            return Libraries.load(Libraries.VERSIONS);
        } catch (LibxlMissingException e) {
            needed(false, e.toString());
            throw e;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
