/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;

/** Makes domains of pairs, paused. Any thread; blocks. */
public final class DomainMaker {

    /** What becomes of a domain that has ended is the daemon's business alone. */
    private static final List<String> EVENTS =
            List.of("on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset");

    private static final Logger LOG = LoggerFactory.getLogger(DomainMaker.class);

    private final HostParts host;
    private final Hold hold;

    /** Makes domains on this host. */
    public DomainMaker(HostParts host) {
        this.host = host;
        this.hold = host.hold();
    }

    /**
     * Makes a domain, paused. A paused domain of this name and UUID that has never run was left by a daemon that died before it recorded it, and is
     * destroyed first.
     *
     * @throws Refusal another domain has this name; nothing was changed
     * @throws org.vmcoupler.hypervisor.HypervisorException it cannot be made; nothing is left of it
     */
    public DomainInfo make(DomainConfig wanted, String name, UUID uuid) {
        Hypervisor hypervisor = host.hypervisor();
        hypervisor.domain(name).ifPresent(old -> {
            if (!old.uuid().equals(uuid) || !old.paused() || old.cpuTimeNs() != 0) {
                throw new Refusal(
                        ErrorCode.NAME_TAKEN, "Domain " + old.domid() + " has the name \"" + name + "\" already.");
            }
            LOG.warn("domain {} \"{}\" was left behind by an earlier run and is made again", old.domid(), name);
            hypervisor.destroy(old.domid(), host.deadlines().destroy());
        });
        Domid domid = hypervisor.create(named(wanted, name, uuid));
        return hypervisor
                .domain(domid)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "Domain " + domid + " vanished after its start."));
    }

    /**
     * Makes a target as {@link #make} does, which no daemon releases before a guard watches it. It gets all the memory that it may have: with less, Xen
     * would populate it on demand, and crash it when a guard maps what has none.
     */
    public DomainInfo makeHeld(DomainConfig wanted, String name, UUID uuid) {
        DomainInfo made = make(populated(wanted), name, uuid);
        if (!hold.put(made.domid())) {
            host.hypervisor().destroy(made.domid(), host.deadlines().destroy());
            throw new Refusal(
                    ErrorCode.HYPERVISOR,
                    "That target \"" + name
                            + "\" is held until its guard watches could not be noted in xenstore; it was destroyed again.");
        }
        return made;
    }

    /** Tells whether a target was made by {@link #makeHeld}, or held otherwise, and has not been released since. */
    public boolean holds(Domid target) {
        return hold.holds(target);
    }

    /**
     * Lets the target of a pair that is coupled no more run on, if it was held or had suspended itself; not if its copy may run at another host.
     *
     * @return whether it may run on here
     */
    public boolean release(PairHere pair) {
        Optional<DomainInfo> target = host.hypervisor().domain(pair.target()).filter(info -> info.uuid()
                .equals(pair.facts().targetUuid()));
        if (target.filter(DomainInfo::givenAway).isPresent()) {
            return false;
        }
        boolean suspended = target.filter(DomainInfo::suspended).isPresent();
        if (suspended) {
            host.hypervisor().resume(pair.target());
        }
        if (suspended || (target.isPresent() && hold.holds(pair.target()))) {
            hold.release(pair.target());
        }
        return true;
    }

    private static DomainConfig populated(DomainConfig wanted) {
        ObjectNode tree = (ObjectNode) wanted.tree();
        if (wanted.maxMemoryKb() > 0) {
            ((ObjectNode) tree.get("b_info")).put("target_memkb", wanted.maxMemoryKb());
        }
        return DomainConfig.parse(tree.toString());
    }

    private static DomainConfig named(DomainConfig wanted, String name, UUID uuid) {
        ObjectNode tree = (ObjectNode) wanted.tree();
        ((ObjectNode) tree.get("c_info")).put("name", name).put("uuid", uuid.toString());
        EVENTS.forEach(event -> tree.put(event, "preserve"));
        return DomainConfig.parse(tree.toString());
    }
}
