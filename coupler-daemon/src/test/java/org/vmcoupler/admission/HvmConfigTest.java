/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;

/** What libxl 4.17 says of an HVM domain that xl has made, as a host of the lab gave it. */
class HvmConfigTest {

    private static final String MADE = """
            {"c_info":{"type":"hvm","name":"target","domid":4294967295,"uuid":"bdbc1bc5-7b58-496d-8c8a-352e97ced131",
              "run_hotplug_scripts":"True"},
             "b_info":{"max_vcpus":1,"avail_vcpus":[0],"max_memkb":131072,"target_memkb":131072,"video_memkb":0,
              "sched_params":{"sched":"credit2","weight":256,"cap":0},"claim_mode":"True","kernel":"/lab/guests/vmlinuz",
              "cmdline":"console=hvc0 dirty=0","ramdisk":"/lab/guests/target.initrd",
              "type.hvm":{"vga":{"kind":"none"},"vnc":{"enable":"False"},"sdl":{},"spice":{},"rdm":{}},
              "arch_arm":{},"arch_x86":{"msr_relaxed":"False"}},
             "on_poweroff":"preserve","on_reboot":"preserve","on_watchdog":"preserve","on_crash":"preserve","on_soft_reset":"preserve"}
            """;

    private static final LocalResources HERE =
            new LocalResources(Set.of(), Set.of(), Set.of("/lab/guests/vmlinuz"), Set.of("/lab/guests/target.initrd"));

    @Test
    void theMachineIsTheOneThatItsDeviceModelWasSavedFrom() {
        JsonNode hvm = build(MADE).at("/b_info/type.hvm");
        assertEquals("none", hvm.at("/vga/kind").asText(), "left out it would be a Cirrus");
        assertEquals("False", hvm.at("/vnc/enable").asText(), "left out it would be a server on loopback");
    }

    @Test
    void aDirectBootIsCarriedAsItsDeviceModelWasMadeForIt() {
        JsonNode built = build(MADE).path("b_info");
        assertEquals("/lab/guests/vmlinuz", built.path("kernel").asText());
        assertEquals("/lab/guests/target.initrd", built.path("ramdisk").asText());
        assertEquals("console=hvc0 dirty=0", built.path("cmdline").asText());
    }

    @Test
    void withoutADirectBootThereIsNoCommandLineEither() {
        JsonNode built =
                build(MADE.replace("\"kernel\":\"/lab/guests/vmlinuz\",", "")).path("b_info");
        assertTrue(built.path("ramdisk").isMissingNode());
        assertTrue(built.path("cmdline").isMissingNode());
    }

    @ParameterizedTest
    @CsvSource({
        "/lab/guests/vmlinuz, /etc/shadow, b_info.kernel",
        "/lab/guests/vmlinuz, /lab/guests/../guests/vmlinuz, b_info.kernel",
        "/lab/guests/target.initrd, /etc/shadow, b_info.ramdisk",
        "console=hvc0, console=hvc0\\n-monitor, b_info.cmdline"
    })
    void aDeviceModelReadsListedFilesOnly(String from, String to, String named) {
        assertTrue(refused(MADE.replace(from, to)).contains(named));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"serial\":\"pty\"",
                "\"bios\":\"seabios\"",
                "\"hdtype\":\"ahci\"",
                "\"boot\":\"cda\"",
                "\"hpet\":\"False\"",
                "\"usb\":\"False\"",
                "\"vkb_device\":\"False\"",
                "\"xen_platform_pci\":\"True\"",
                "\"mmio_hole_memkb\":1048576",
                "\"rdm_mem_boundary_memkb\":2097152"
            })
    void whatShapesTheMachineIsCarried(String field) {
        String name = field.substring(1, field.indexOf('"', 1));
        String value = field.substring(field.indexOf(':') + 1).replace("\"", "");
        assertEquals(value, build(with(field)).at("/b_info/type.hvm/" + name).asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"serial\":\"file:/etc/passwd\"",
                "\"serial\":\"tcp:192.0.2.9:80\"",
                "\"serial_list\":[\"/dev/ttyS0\"]",
                "\"firmware\":\"/tmp/evil\"",
                "\"system_firmware\":\"/tmp/evil\"",
                "\"smbios_firmware\":\"/etc/shadow\"",
                "\"acpi_firmware\":\"/etc/shadow\"",
                "\"keymap\":\"../../etc/shadow\"",
                "\"soundhw\":\"ac97\"",
                "\"usb\":\"True\"",
                "\"usbdevice\":\"host:1.2\"",
                "\"usbdevice_list\":[\"host:1.2\"]",
                "\"gfx_passthru\":\"True\"",
                "\"boot\":\"c,menu=on\"",
                "\"bios\":\"/tmp/evil\"",
                "\"hdtype\":\"ide,file=/etc/shadow\"",
                "\"pae\":{\"a\":1}"
            })
    void whatReachesOutOfTheMachineIsRefusedByName(String field) {
        assertTrue(refused(with(field)).contains(field.substring(1, field.indexOf('"', 1))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"kind\":\"none\" | \"kind\":\"qxl\" | vga.kind",
                "\"enable\":\"False\" | \"enable\":\"True\",\"listen\":\"0.0.0.0\" | vnc.listen",
                "\"enable\":\"False\" | \"enable\":\"True\",\"passwd\":\"x\" | vnc.passwd",
                "\"sdl\":{} | \"sdl\":{\"enable\":\"True\"} | sdl.enable",
                "\"sdl\":{} | \"sdl\":{\"display\":\":0\"} | sdl.display",
                "\"spice\":{} | \"spice\":{\"enable\":\"True\"} | spice.enable",
                "\"spice\":{} | \"spice\":{\"host\":\"192.0.2.9\"} | spice.host",
                "\"spice\":{} | \"spice\":[1] | spice",
                "\"rdm\":{} | \"rdm\":{\"strategy\":\"host\"} | rdm.strategy",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"device_model\":\"/tmp/evil\" | device_model",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"device_model_version\":\"qemu_xen_traditional\" | device_model_version",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"device_model_stubdomain\":\"True\" | device_model_stubdomain",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"device_model_user\":\"root\" | device_model_user",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"extra_hvm\":[\"-monitor\"] | extra_hvm",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"iomem\":[{\"start\":1}] | iomem",
                "\"max_vcpus\":1 | \"max_vcpus\":1,\"type.pvh\":{\"pvshim\":\"True\"} | type.pvh",
                "\"on_crash\":\"preserve\" | \"on_crash\":\"preserve\",\"pcidevs\":[{\"bus\":1}] | pcidevs"
            })
    void partsAndTheRestAreNoWayAround(String from, String to, String named) {
        assertTrue(MADE.contains(from), from);
        assertTrue(refused(MADE.replace(from, to)).contains(named));
    }

    private static String with(String field) {
        return MADE.replace("\"rdm\":{}", "\"rdm\":{}," + field);
    }

    private static String refused(String offered) {
        Refusal refusal = assertThrows(Refusal.class, () -> build(offered));
        assertEquals(ErrorCode.CONFIG_REFUSED, refusal.code());
        return String.valueOf(refusal.getMessage());
    }

    private static JsonNode build(String offered) {
        return DestinationConfig.build(DomainConfig.parse(offered), PairRole.TARGET, HERE)
                .tree();
    }
}
