/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.inventory.DomainXml;

/** A definition from a peer is hostile: what it may hold is listed, and the list is what gets through. */
class LocalDefinitionTest {

    private static final UUID ID = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final LocalResources LENT =
            new LocalResources(Set.of("xenbr0"), Set.of("/dev/vg0/web"), Set.of("/boot/k"), Set.of("/boot/r"));

    /** As libvirt 9.0 shows a domain of its Xen driver. */
    private static final String PLAIN = """
            <domain type='xen'>
              <name>web</name>
              <uuid>11111111-2222-4333-8444-555555555555</uuid>
              <memory unit='KiB'>131072</memory>
              <currentMemory unit='KiB'>131072</currentMemory>
              <vcpu placement='static'>1</vcpu>
              <os>
                <type arch='x86_64' machine='xenpvh'>xenpvh</type>
                <kernel>/boot/k</kernel>
                <initrd>/boot/r</initrd>
                <cmdline>console=hvc0 a="b&lt;c" quiet</cmdline>
              </os>
              <clock offset='utc' adjustment='reset'/>
              <on_poweroff>preserve</on_poweroff>
              <on_reboot>preserve</on_reboot>
              <on_crash>restart</on_crash>
              <devices>
                <emulator>/usr/lib/xen-4.17/bin/qemu-system-i386</emulator>
                <disk type='block' device='disk'>
                  <driver name='phy' type='raw'/>
                  <source dev='/dev/vg0/web'/>
                  <target dev='xvda' bus='xen'/>
                </disk>
                <interface type='bridge'>
                  <mac address='00:16:3e:00:00:01'/>
                  <source bridge='xenbr0'/>
                </interface>
                <console type='pty'>
                  <target type='xen' port='0'/>
                </console>
                <memballoon model='xen'/>
              </devices>
            </domain>
            """;

    private static String build(String offered) {
        return LocalDefinition.build(offered, "web", ID, LENT);
    }

    private static void refused(String offered, String mentioned) {
        Refusal refusal = assertThrows(Refusal.class, () -> build(offered));
        assertEquals(ErrorCode.CONFIG_REFUSED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains(mentioned), refusal::toString);
        assertTrue(String.valueOf(refusal.getMessage()).matches("[ -~]+"), "printable: " + refusal);
    }

    @Test
    void whatXensDriverNeedsIsCopied() {
        String built = build(PLAIN);
        assertEquals(
                "console=hvc0 a=\"b<c\" quiet",
                DomainXml.text(DomainXml.child(DomainXml.parse(built), "os").orElseThrow(), "cmdline"));
        assertTrue(built.contains("<source dev='/dev/vg0/web'></source>"), built);
        assertTrue(built.contains("<type arch='x86_64' machine='xenpvh'>xenpvh</type>"), built);
        assertEquals(built, build(built), "what was built is accepted as it is");
    }

    @Test
    void libvirtChoosesItsOwnEmulatorAndNeverStartsItAgain() {
        String built = build(PLAIN);
        assertTrue(!built.contains("emulator"), built);
        assertTrue(built.contains("<on_crash>preserve</on_crash>"), built);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            <name>web</name>            | <name>other</name>                          | name
            8444-555555555555           | 8444-555555555556                           | uuid
            type='xen'>                 | type='qemu'>                                | domain
            type='xen'>                 | type='xen' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:commandline/> | domain
            <on_crash>restart           | <qemu:commandline/><on_crash>restart        | qemu:commandline
            /boot/k                     | /etc/shadow                                 | os/kernel
            /boot/r                     | /boot/k                                     | os/initrd
            <kernel>                    | <loader>/tmp/x</loader><kernel>             | os/loader
            <kernel>                    | <nvram template='/etc/shadow'/><kernel>     | os/nvram
            >xenpvh<                    | >exe<                                       | os/type
            <clock                      | <bootloader>/bin/sh</bootloader><clock      | bootloader
            <source dev='/dev/vg0/web'/>| <source dev='/dev/vg0/db'/>                 | /dev/vg0/db
            <source dev='/dev/vg0/web'/>| <source dev='/dev/vg0/web' file='/etc/shadow'/> | file
            <source dev='/dev/vg0/web'/>| <source dev='/dev/vg0/web'/><backingStore type='file'/> | backingStore
            name='phy' type='raw'       | name='phy' type='qcow2'                     | qcow2
            name='phy' type='raw'       | name='tap' type='raw'                       | tap
            bridge='xenbr0'             | bridge='wan'                                | wan
            type='bridge'               | type='direct'                               | direct
            <source bridge='xenbr0'/>   | <source bridge='xenbr0'/><script path='/tmp/x'/> | script
            <console type='pty'>        | <console type='file'>                       | console
            <memballoon model='xen'/>   | <hostdev mode='subsystem' type='pci'/>      | hostdev
            <memballoon model='xen'/>   | <filesystem type='mount'/>                  | filesystem
            <memballoon model='xen'/>   | <graphics type='vnc' listen='0.0.0.0'/>     | graphics
            <memballoon model='xen'/>   | <lease/>                                    | lease
            131072</memory>             | 1e9</memory>                                | memory
            """)
    void whatIsNotListedIsRefused(String instead, String hostile, String mentioned) {
        assertTrue(PLAIN.contains(instead.strip()), instead);
        refused(PLAIN.replace(instead.strip(), hostile.strip()), mentioned.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no XML",
                "<network/>",
                "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>",
                "<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain type='xen'><name>&a;</name></domain>",
                "<!DOCTYPE domain [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><domain>&b;</domain>",
                "<domain>&a;</domain>"
            })
    void whatIsNoPlainXmlOfADomainIsRefused(String text) {
        refused(text, "domain");
    }

    @Test
    void lengthDepthAndNumberHaveBounds() {
        refused(PLAIN + " ".repeat(DomainXml.LIMIT_CHARS), "limit");
        refused(PLAIN.replace("<memballoon model='xen'/>", "<input type='mouse' bus='xen'/>".repeat(600)), "too many");
        refused("<domain type='xen'><name>" + "<a>".repeat(4_000) + "</a>".repeat(4_000) + "</name></domain>", "name");
        refused(PLAIN.replace("<memballoon model='xen'/>", "<a>".repeat(4_000) + "</a>".repeat(4_000)), "devices/a");
        refused(PLAIN.replace("quiet", "x".repeat(3_000)), "cmdline");
        refused(PLAIN.replace("quiet", "a\nb\u00fc"), "cmdline");
    }
}
