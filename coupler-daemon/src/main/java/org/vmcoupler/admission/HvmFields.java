/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import static org.vmcoupler.admission.AllowedField.NUMBER;
import static org.vmcoupler.admission.AllowedField.SWITCH;
import static org.vmcoupler.admission.AllowedField.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What may be said of an HVM domain's platform and device model. A device model is restored into the machine that it was saved from, so what shapes
 * that machine is carried also where it says off or none: left out it would be the default, another graphics adapter and a VNC server. Allowed are
 * words that choose among qemu's own parts of a machine; nothing that names a file, an address other than the loopback one, a device of the host,
 * or an argument.
 *
 * <p>Source: Xen tools/libs/light/libxl_types.idl, domain_build_info (4.17); libxl_create.c, libxl__domain_build_info_setdefault, case
 * LIBXL_DOMAIN_TYPE_HVM; libxl_dm.c, libxl__build_device_model_args_new, which turns them into qemu's arguments.
 */
final class HvmFields {

    private static final Predicate<JsonNode> OFF = oneOf("False", "<default>");

    /** Fields of {@code b_info} itself. */
    static final Map<String, Predicate<JsonNode>> B_INFO = Map.of(
            "device_model_version", oneOf("qemu_xen"),
            "device_model_stubdomain", OFF,
            "dm_restrict", SWITCH);

    /** Scalars of {@code b_info.type.hvm}. */
    static final Map<String, Predicate<JsonNode>> HVM = Map.ofEntries(
            Map.entry("bios", oneOf("seabios", "ovmf")),
            Map.entry("pae", SWITCH),
            Map.entry("acpi", SWITCH),
            Map.entry("acpi_s3", SWITCH),
            Map.entry("acpi_s4", SWITCH),
            Map.entry("acpi_laptop_slate", SWITCH),
            Map.entry("nx", SWITCH),
            Map.entry("viridian", SWITCH),
            Map.entry("hpet", SWITCH),
            Map.entry("vpt_align", SWITCH),
            Map.entry("altp2m", SWITCH),
            Map.entry("mmio_hole_memkb", NUMBER),
            Map.entry("hdtype", oneOf("ide", "ahci")),
            Map.entry("nographic", OFF),
            Map.entry("gfx_passthru", OFF),
            Map.entry("serial", oneOf("pty", "none")),
            Map.entry("boot", oneOf("c", "d", "a", "n", "cd", "dc", "cda", "cdn", "nc", "dca")),
            Map.entry("usb", OFF),
            Map.entry("vkb_device", SWITCH),
            Map.entry("xen_platform_pci", SWITCH),
            Map.entry("vendor_device", oneOf("none")),
            Map.entry("rdm_mem_boundary_memkb", NUMBER));

    /** Structures of {@code b_info.type.hvm}, with their scalars. VNC is served on loopback at most, and without a password of the peer's. */
    static final Map<String, Map<String, Predicate<JsonNode>>> PARTS = Map.of(
            "vga", Map.of("kind", oneOf("none", "std", "cirrus")),
            "vnc",
                    Map.of(
                            "enable", SWITCH,
                            "listen", oneOf("127.0.0.1"),
                            "display", NUMBER,
                            "findunused", SWITCH),
            "sdl", Map.of("enable", OFF, "opengl", OFF),
            "spice", Map.of("enable", OFF),
            "rdm", Map.of("strategy", oneOf("ignore"), "policy", oneOf("strict", "relaxed", "invalid")));

    private HvmFields() {}
}
