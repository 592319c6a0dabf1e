/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.List;
import java.util.Optional;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;

/** What two domains must be to become a pair, and to stay one on the move. Each check throws a {@link Refusal}; nothing is changed. */
final class CoupleChecks {

    private static final List<String> EVENTS =
            List.of("on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset");
    private static final List<String> LIBVIRT_EVENTS = List.of("on_poweroff", "on_reboot", "on_crash");
    private static final List<String> DEVICES =
            List.of("disks", "nics", "pcidevs", "vfbs", "vkbs", "vtpms", "p9s", "pvcallsifs", "usbctrls", "usbdevs");

    private final Hypervisor hypervisor;

    /** What libxl lets a domain have besides, here as at the destination. Source: Xen tools/libs/light/libxl_internal.h, LIBXL_MAXMEM_CONSTANT. */
    private static final long OVERHEAD_KB = 1_024;

    private final ManagedDomains managed;

    CoupleChecks(Hypervisor hypervisor, ManagedDomains managed) {
        this.hypervisor = hypervisor;
        this.managed = managed;
    }

    /** Returns the domain of this name, which is alive. */
    DomainInfo alive(String name) {
        DomainInfo info = hypervisor
                .domain(name)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.UNKNOWN_DOMAIN,
                        "There is no domain named \"" + name + "\" on this host. See `xl list`."));
        if (info.state() != DomainState.ALIVE) {
            throw new Refusal(
                    ErrorCode.UNKNOWN_DOMAIN,
                    "Domain \"" + name + "\" does not run: it is "
                            + info.state().name().toLowerCase(java.util.Locale.ROOT) + ".");
        }
        return info;
    }

    void target(DomainInfo target) {
        DomainConfig config = hypervisor.config(target.domid());
        targetConfig(config);
        long without = hypervisor.framesWithoutMemory(target.domid());
        if (without > 0) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "Target \"" + target.name() + "\" has not given back yet what it may not use: " + without
                            + " of its frames have no memory, and it would crash when its guard maps them."
                            + " Wait until its balloon driver has; nothing was changed.");
        }
        preserved("Target", target, config);
    }

    /**
     * Checks that a domain has no more memory than it should have, as nothing more would fit at a destination, which would fail when most of it was
     * sent. Source: Xen tools/libs/light/libxl_dom.c, libxl__build_pre (xc_domain_setmaxmem).
     */
    void hasGivenBack(DomainInfo domain, DomainConfig config) {
        long wantedKb = config.wantedMemoryKb();
        if (wantedKb > 0 && domain.memoryKb() > wantedKb + OVERHEAD_KB) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "Domain \"" + domain.name() + "\" has " + domain.memoryKb() + " KiB of memory and should have "
                            + wantedKb
                            + ". It cannot move before its balloon driver has given the rest back; of a target that"
                            + " lasts until its guard has scanned it. Try again in a minute; nothing was changed.");
        }
    }

    /** Checks what a target is to be made from. */
    void targetConfig(DomainConfig config) {
        if (config.kind() == DomainKind.PV) {
            throw new Refusal(
                    ErrorCode.WRONG_KIND,
                    "Target \"" + config.name()
                            + "\" is a PV domain. Xen lets a guard map PVH and HVM domains only; nothing was changed.");
        }
    }

    private void preserved(String what, DomainInfo domain, DomainConfig config) {
        Optional<ManagedDomain> libvirt = managed.of(domain.uuid()).filter(ManagedDomain::active);
        if (libvirt.isPresent()) {
            preservedByLibvirt(what, domain.name(), libvirt.get());
        } else {
            preservedByXl(what, domain.name(), config);
        }
    }

    private static void preservedByXl(String what, String name, DomainConfig config) {
        for (String event : EVENTS) {
            if (!config.action(event).equals("preserve")) {
                throw new Refusal(
                        ErrorCode.NOT_PRESERVED,
                        what + " \"" + name + "\" has " + event + " = \"" + config.action(event)
                                + "\": xl would end it or start it again behind this daemon's back. Set all of "
                                + String.join(", ", EVENTS)
                                + " to \"preserve\" in its configuration and create it again; nothing was changed.");
            }
        }
    }

    /**
     * What libvirt has started it also ends, by its own words for that; it has none for the watchdog, which it leaves alone, and for soft reset.
     * Source: libvirt src/libxl/libxl_domain.c, libxlDomainShutdownThread.
     */
    private static void preservedByLibvirt(String what, String name, ManagedDomain libvirt) {
        for (String event : LIBVIRT_EVENTS) {
            String action = libvirt.actions().getOrDefault(event, "");
            if (!action.equals("preserve")) {
                throw new Refusal(
                        ErrorCode.NOT_PRESERVED,
                        what + " \"" + name + "\" has <" + event + ">" + action + "</" + event
                                + "> in libvirt, which would end it or start it again behind this daemon's back. Set "
                                + String.join(", ", LIBVIRT_EVENTS) + " to \"preserve\" in its definition (virsh edit "
                                + libvirt.name() + ") and start it again; nothing was changed.");
            }
        }
    }

    /** Sees to it that libvirt does nothing with a domain that is about to move. */
    void idleInLibvirt(DomainInfo domain) {
        managed.of(domain.uuid()).flatMap(ManagedDomain::busy).ifPresent(why -> {
            throw new Refusal(
                    ErrorCode.LIBVIRT_BUSY,
                    "Domain \"" + domain.name() + "\" is not free in libvirt, which " + why
                            + ". Try again when that is over; nothing was changed.");
        });
    }

    void guard(DomainInfo guard) {
        DomainConfig config = hypervisor.config(guard.domid());
        guardConfig(config);
        preserved("Guard", guard, config);
    }

    /** Checks what a guard is, or is to be made from. */
    void guardConfig(DomainConfig guard) {
        DomainConfig config = guard;
        if (config.kind() != DomainKind.PV) {
            throw new Refusal(
                    ErrorCode.WRONG_KIND,
                    "Guard \"" + guard.name()
                            + "\" is not a PV domain. Xen 4.17 lets only PV domains map another domain's"
                            + " memory; nothing was changed.");
        }
        for (String list : DEVICES) {
            if (config.hasDevices(list)) {
                throw new Refusal(
                        ErrorCode.GUARD_HAS_DEVICES,
                        "Guard \"" + guard.name() + "\" has " + list
                                + ". A guard runs in quarantine at the destination before the commit and must have"
                                + " no effects outside itself; give it none. Nothing was changed.");
            }
        }
    }
}
