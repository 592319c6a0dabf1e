/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.libvirt.Domain;
import org.libvirt.DomainInfo;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.vmcoupler.inventory.DomainXml;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.ManagedDomain;
import org.w3c.dom.Element;

/** Reads one domain out of libvirt. Owned by libvirt's thread; blocks. */
final class DomainFacts {

    /** VIR_DOMAIN_JOB_NONE. Source: libvirt include/libvirt/libvirt-domain.h, virDomainJobType. */
    private static final int NO_JOB = 0;

    private final Domain domain;
    private final LockUse locks;

    DomainFacts(Domain domain, LockUse locks) {
        this.domain = domain;
        this.locks = locks;
    }

    ManagedDomain read() throws LibvirtException {
        boolean active = domain.isActive() == 1;
        // first: while libvirt works on a domain, questions that need Xen's library may have to wait
        Optional<String> job = active ? job() : Optional.empty();
        Element live = parse(domain.getXMLDesc(0));
        return new ManagedDomain(
                domain.getName(),
                word(domain.getInfo().state),
                active,
                actions(live),
                domain.isPersistent() == 1
                        ? Optional.of(domain.getXMLDesc(Domain.XMLFlags.INACTIVE))
                        : Optional.empty(),
                active ? job.or(() -> lock(live)) : Optional.empty());
    }

    /**
     * A save, dump, migration or change that libvirt has begun and not ended. Source: libvirt src/libxl/libxl_driver.c, libxlDomainGetJobInfo
     * (9.0): type NONE unless the domain's job is active.
     */
    private Optional<String> job() throws LibvirtException {
        try {
            return domain.getJobInfo().getType() == NO_JOB
                    ? Optional.empty()
                    : Optional.of("has a job under way on it (see `virsh domjobinfo`)");
        } catch (LibvirtException e) {
            if (LibvirtDomains.isAbout(e, ErrorNumber.VIR_ERR_NO_SUPPORT)
                    || LibvirtDomains.isAbout(e, ErrorNumber.VIR_ERR_OPERATION_INVALID)) {
                return Optional.empty(); // this driver has no jobs, or the domain has just ended
            }
            throw e;
        }
    }

    /** Locks are not told by libvirt's interface; what its lock driver holds for a running domain follows from the domain's XML. */
    private Optional<String> lock(Element live) {
        Stream<Element> devices =
                DomainXml.child(live, "devices").stream().flatMap(list -> DomainXml.children(list).stream());
        for (Element device : devices.toList()) {
            if (device.getTagName().equals("lease")) {
                return Optional.of("holds lease \"" + DomainXml.text(device, "key") + "\" for it");
            }
            boolean shared = DomainXml.child(device, "readonly").isPresent()
                    || DomainXml.child(device, "shareable").isPresent();
            if (device.getTagName().equals("disk") && !shared && locks.locksDisks()) {
                return Optional.of("locks its disks (lock_manager in " + LockUse.FILE + ")");
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> actions(Element live) {
        Map<String, String> out = new HashMap<>();
        for (String action : new String[] {"on_poweroff", "on_reboot", "on_crash"}) {
            String value = DomainXml.text(live, action);
            if (!value.isEmpty()) {
                out.put(action, value);
            }
        }
        return out;
    }

    private static Element parse(String xml) {
        try {
            return DomainXml.parse(xml);
        } catch (IllegalArgumentException e) {
            throw new InventoryException("The domain's XML cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** The words of {@code virsh list}. */
    private static String word(DomainInfo.DomainState state) {
        return switch (state) {
            case VIR_DOMAIN_NOSTATE -> "no state";
            case VIR_DOMAIN_BLOCKED -> "idle";
            case VIR_DOMAIN_SHUTDOWN -> "in shutdown";
            case VIR_DOMAIN_SHUTOFF -> "shut off";
            case VIR_DOMAIN_RUNNING, VIR_DOMAIN_PAUSED, VIR_DOMAIN_CRASHED, VIR_DOMAIN_PMSUSPENDED ->
                state.name().substring("VIR_DOMAIN_".length()).toLowerCase(Locale.ROOT);
        };
    }
}
