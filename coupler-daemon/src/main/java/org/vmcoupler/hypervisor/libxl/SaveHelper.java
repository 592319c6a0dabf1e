/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * The program that libxl runs for each save and restore, and the environment that it finds. Whoever can change a file here runs code as root and
 * reads all guests, so every file and every folder above it must belong to root and be writable by root alone.
 */
final class SaveHelper {

    private static final int WRITABLE_BY_OTHERS = 0022;

    private static final String HELPER = "LIBXL_SAVE_HELPER";
    private static final String REAL = "VMCOUPLER_REAL_SAVE_HELPER";
    private static final String SHIMS = "VMCOUPLER_SHIM_DIR";

    /** What makes libxl steer save helpers in the process that has it in its environment. */
    static final List<String> VARIABLES = List.of(HELPER, REAL, SHIMS);

    private SaveHelper() {}

    /**
     * Makes libxl start {@code wrapper} from now on. Must run before other threads use libxl: it changes the C environment.
     *
     * @param wrapper the wrapper that preloads the shim, or a stock helper
     * @param shimDir where the daemon's socket for shims is
     * @param version Xen's, as {@code 4.17}
     * @throws HypervisorException a file is missing or could be changed by another user than root
     */
    static void install(Path wrapper, Path shimDir, String version) {
        Path real = stock(version);
        checkOnlyRootWrites(real);
        Path helper = checkOnlyRootWrites(wrapper);
        checkOnlyRootWritesAll(helper.resolveSibling(""));
        if (Files.exists(shimDir)) {
            checkOnlyRootWrites(shimDir);
        }
        set(HELPER, helper);
        set(REAL, real);
        set(SHIMS, shimDir);
    }

    /** Returns the helper that Debian ships for this version of Xen. Source: Xen m4/paths.m4, LIBEXEC_BIN; Debian's xen rules. */
    static Path stock(String version) {
        List<Path> places = List.of(
                Path.of("/usr/lib/xen-" + version + "/bin/libxl-save-helper"),
                Path.of("/usr/libexec/xen-" + version + "/bin/libxl-save-helper"),
                Path.of("/usr/libexec/xen/bin/libxl-save-helper"),
                Path.of("/usr/lib/xen/bin/libxl-save-helper"));
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new LibxlMissingException("Xen " + version + " has no libxl-save-helper in "
                        + places.get(0).getParent()));
    }

    /**
     * Checks a file and all folders above it, links resolved; returns the resolved path.
     *
     * @throws HypervisorException it is missing, or one of them is not root's or can be written by group or others
     */
    static Path checkOnlyRootWrites(Path path) {
        try {
            Path resolved = path.toRealPath();
            for (Path part = resolved; part != null; part = part.getParent()) {
                Map<String, Object> attributes = Files.readAttributes(part, "unix:uid,mode");
                int uid = (Integer) requireNonNull(attributes.get("uid"));
                int mode = (Integer) requireNonNull(attributes.get("mode"));
                if (uid != 0 || (mode & WRITABLE_BY_OTHERS) != 0) {
                    throw new HypervisorException("refusing to run " + path + ": " + part
                            + (uid != 0 ? " belongs to uid " + uid : " is writable by group or others")
                            + "; it must belong to root and be writable by root alone");
                }
            }
            return resolved;
        } catch (IOException e) {
            throw new HypervisorException("cannot check who may change " + path + ": " + e, e);
        }
    }

    /** The shim lies beside its wrapper, so all files of the folder are checked. */
    private static void checkOnlyRootWritesAll(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                checkOnlyRootWrites(file);
            }
        } catch (IOException e) {
            throw new HypervisorException("cannot list " + folder, e);
        }
    }

    private static void set(String name, Path value) {
        if (Libraries.C.setenv(name, value.toString(), 1) != 0) {
            throw new HypervisorException("cannot set " + name + " in the environment");
        }
    }
}
