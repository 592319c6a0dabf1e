/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;

/** libvirt's daemon on one host, off unless it is started here: it costs memory and time. Owned by one thread. */
record Libvirt(Host host) {

    static final String TARGET = "11111111-2222-4333-8444-555555555555";
    static final String GUARD = "22222222-2222-4333-8444-555555555555";

    private static final Duration START = Duration.ofMinutes(2);
    private static final String VIRSH = "virsh -q -c xen:///system ";
    private static final String START_DAEMON = "systemd-run -q --unit=libvirtd /usr/sbin/libvirtd";

    /** Starts the daemon unless it runs. */
    static Libvirt on(Host host) {
        host.exec("systemctl is-active -q libvirtd || { systemctl reset-failed -q libvirtd; " + START_DAEMON + "; }");
        host.await("libvirtd answers", VIRSH + "version", START);
        return new Libvirt(host);
    }

    /** Ends the daemon; what it has started runs on. */
    void stop() {
        host.run("systemctl stop libvirtd; systemctl reset-failed libvirtd");
    }

    /** Removes what it knows of the pair. */
    void forget() {
        on(host).host.run("for d in target guard; do " + VIRSH + "undefine $d; done; rm -f /root/dump");
    }

    /** Returns what a command of {@code virsh} printed. */
    String virsh(String command) {
        return host.exec(VIRSH + command).trim();
    }

    /** Runs a command of {@code virsh} that may fail. */
    ProcessRun tryVirsh(String command) {
        return host.run(VIRSH + command);
    }

    /** Returns the names of all domains but dom0 that it knows, in a line. */
    String domains() {
        return virsh("list --all --name | grep -v Domain-0 | sort | xargs");
    }

    /** Defines the target, with the UUID that it has or shall have. */
    void defineTarget(String uuid, String onReboot) {
        define("target", uuid, "xenpvh", "target", "console=hvc0 dirty=0", onReboot);
    }

    /** Defines the guard. */
    void defineGuard(String uuid) {
        define("guard", uuid, "linux", "guard", "console=hvc0 xen_privcmd.unrestricted=1", "preserve");
    }

    private void define(String name, String uuid, String type, String image, String words, String onReboot) {
        int memory = name.equals("guard") ? 256 : 128;
        String xml = "<domain type=\"xen\"><name>" + name + "</name><uuid>" + uuid + "</uuid><memory unit=\"MiB\">"
                + memory
                + "</memory><vcpu>1</vcpu><os><type>" + type + "</type><kernel>/lab/guests/vmlinux</kernel><initrd>"
                + "/lab/guests/" + image + ".initrd</initrd><cmdline>" + words
                + "</cmdline></os><on_poweroff>preserve</on_poweroff><on_reboot>" + onReboot
                + "</on_reboot><on_crash>preserve</on_crash><devices><console type=\"pty\"/></devices></domain>";
        host.exec("echo '" + xml + "' >/root/define.xml && " + VIRSH + "define /root/define.xml");
    }
}
