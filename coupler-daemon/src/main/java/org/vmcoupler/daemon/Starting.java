/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.keeper.DomainMaker;
import org.vmcoupler.keeper.Plans;
import org.vmcoupler.migration.HostParts;

/** Makes pairs that are written down, one at a time. Any thread; blocks until a pair that is being made is there. */
final class Starting {

    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

    private final HostParts host;
    private final Pairs pairs;
    private final Plans plans;
    private final DomainMaker maker;
    private final Object making = new Object();

    Starting(HostParts host, Pairs pairs, Plans plans, DomainMaker maker) {
        this.host = host;
        this.pairs = pairs;
        this.plans = plans;
        this.maker = maker;
    }

    /**
     * Makes both domains of a pair, paused, and records it.
     *
     * @param former the UUID that its target had before a boot of this host, which it keeps; else it gets the one that is written down
     * @return the pair's id
     * @throws Refusal it is here already, may be at another host, or is written down wrongly; nothing was changed
     */
    UUID make(String name, CoupleChecks checks, Optional<UUID> former) {
        synchronized (making) {
            DomainConfig target = written(plans.target(name), name, "target");
            DomainConfig guard = written(plans.guard(name), name, "guard");
            if (!target.name().equals(name)) {
                throw new Refusal(
                        ErrorCode.BAD_CONFIG,
                        "The file of pair \"" + name + "\" must bear its target's name, which is \"" + target.name()
                                + "\".");
            }
            UUID id = former.orElse(target.uuid());
            onlyHere(name, id);
            List<DomainInfo> taken = host.hypervisor().domains();
            free(taken, name, id);
            free(taken, guard.name(), guard.uuid());
            checks.targetConfig(target);
            checks.guardConfig(guard);
            make(target, guard, id);
            return id;
        }
    }

    private void onlyHere(String name, UUID id) {
        new Whereabouts(host.journal()).check(name, id);
        if (pairs.ofTarget(name).isPresent() || pairs.of(id).isPresent()) {
            throw new Refusal(ErrorCode.ALREADY_COUPLED, "The pair of target \"" + name + "\" is here already.");
        }
    }

    private void make(DomainConfig target, DomainConfig guard, UUID id) {
        DomainInfo first = maker.makeHeld(target, target.name(), id);
        try {
            DomainInfo second = maker.make(guard, guard.name(), guard.uuid());
            try {
                // a migration may have begun to bring it here in the time that this took
                new Whereabouts(host.journal()).check(target.name(), id);
                pairs.record(new PairFacts(
                        first.name(),
                        first.uuid(),
                        first.domid().value(),
                        second.name(),
                        second.uuid(),
                        second.domid().value()));
            } catch (RuntimeException e) {
                undo(second, e);
                throw e;
            }
        } catch (RuntimeException e) {
            undo(first, e);
            throw e;
        }
    }

    /** Destroys what was made in vain; but after the journal's death nobody knows whether the pair is recorded. */
    private void undo(DomainInfo made, RuntimeException cause) {
        if (cause instanceof JournalDeadException) {
            return;
        }
        try {
            destroy(made.domid());
        } catch (RuntimeException e) {
            LOG.error("domain {} \"{}\" cannot be destroyed", made.domid(), made.name(), e);
            cause.addSuppressed(e);
        }
    }

    /** What a daemon left that died in the middle of a start is free to be made again. */
    private void free(List<DomainInfo> domains, String name, UUID uuid) {
        for (DomainInfo info : domains) {
            boolean named = info.name().equals(name);
            if ((named || info.uuid().equals(uuid)) && !(named && isLeftOver(info, uuid))) {
                String has = named ? "the name \"" + name + "\"" : "the UUID of \"" + name + "\"";
                String hint = named && neverRan(info)
                        ? " It is paused and has never run: if a start that was cut short has left it, destroy it with `xl destroy "
                                + info.domid() + "`."
                        : "";
                throw new Refusal(
                        ErrorCode.NAME_TAKEN,
                        "Domain " + info.domid() + (named ? "" : " \"" + info.name() + "\"") + " has " + has
                                + " already; nothing was changed." + hint);
            }
        }
    }

    /**
     * Destroys what an earlier daemon left that died in the middle of a start: targets that it held and that are recorded in no pair, and their guards.
     * One that it had no time to hold cannot be told from an operator's, and waits for the next start of its pair. What fails is told in the log.
     */
    void clear() {
        synchronized (making) {
            try {
                List<DomainInfo> domains = host.hypervisor().domains();
                domains.forEach(target -> clear(target, domains));
            } catch (HypervisorException e) {
                LOG.warn("what starts have left cannot be seen: {}", e.getMessage());
            }
        }
    }

    private void clear(DomainInfo target, List<DomainInfo> domains) {
        try {
            if (isLeftTarget(target)) {
                LOG.warn(
                        "domain {} \"{}\" was left by a start that was cut short, and is destroyed",
                        target.domid(),
                        target.name());
                guardOf(target, domains).ifPresent(guard -> destroy(guard.domid()));
                destroy(target.domid());
            }
        } catch (Refusal | HypervisorException e) {
            LOG.warn("whether domain {} was left by a start: {}", target.domid(), e.getMessage());
        }
    }

    private boolean isLeftTarget(DomainInfo info) {
        return isLeftOver(info, info.uuid())
                && maker.holds(info.domid())
                && plans.target(info.name())
                        .filter(config -> config.uuid().equals(info.uuid()))
                        .isPresent();
    }

    private Optional<DomainInfo> guardOf(DomainInfo target, List<DomainInfo> domains) {
        return plans.guard(target.name()).flatMap(config -> domains.stream()
                .filter(info -> info.name().equals(config.name()) && isLeftOver(info, config.uuid()))
                .findFirst());
    }

    private void destroy(Domid domid) {
        host.hypervisor().destroy(domid, host.deadlines().destroy());
    }

    private boolean isLeftOver(DomainInfo info, UUID uuid) {
        return info.uuid().equals(uuid)
                && neverRan(info)
                && pairs.of(uuid).isEmpty()
                && !new Whereabouts(host.journal()).arrives(uuid);
    }

    private static boolean neverRan(DomainInfo info) {
        return info.state() == DomainState.ALIVE && info.paused() && info.cpuTimeNs() == 0;
    }

    private static DomainConfig written(Optional<DomainConfig> config, String name, String which) {
        return config.orElseThrow(() -> new Refusal(
                ErrorCode.BAD_CONFIG,
                "Nothing is written down about the " + which + " of pair \"" + name + "\": /etc/vmcoupler/pairs/" + name
                        + ".toml has to name xl's configuration of both (docs/pairs.md). Nothing was changed."));
    }
}
