/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import org.vmcoupler.control.DomainOffer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.migration.GuardWork;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.stream.StreamRules;

/** What the source checks before it offers a pair. Each check throws a {@link Refusal}; nothing is changed. */
final class Preflight {

    private final HostParts host;
    private final CoupleChecks checks;

    /**
     * What the checks have found.
     *
     * @param look the guard's proven look
     */
    record Result(Both<DomainOffer> offers, Both<StreamRules> rules, GuardReply.Look look) {}

    Preflight(HostParts host) {
        this.host = host;
        this.checks = new CoupleChecks(host.hypervisor(), host.definitions().domains());
    }

    Result check(PairHere pair) {
        DomainInfo target = same(pair, Member.TARGET);
        DomainInfo guard = same(pair, Member.GUARD);
        if (target.paused() || guard.paused()) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "The " + (target.paused() ? "target" : "guard")
                            + " is paused and cannot suspend. Unpause it first; nothing was changed.");
        }
        checks.target(target);
        checks.guard(guard);
        checks.idleInLibvirt(target);
        checks.idleInLibvirt(guard);
        Hypervisor hypervisor = host.hypervisor();
        Both<DomainConfig> configs = Both.of(member -> hypervisor.config(pair.domid(member)));
        checks.hasGivenBack(target, configs.target());
        checks.hasGivenBack(guard, configs.guard());
        GuardReply.Look look = watches(pair);
        Both<DomainOffer> offers =
                Both.of(member -> new DomainOffer(configs.get(member).json(), hypervisor.frames(pair.domid(member))));
        Both<StreamRules> rules =
                Both.of(member -> PeerRules.of(configs.get(member).kind(), offers.get(member)));
        return new Result(offers, rules, look);
    }

    private GuardReply.Look watches(PairHere pair) {
        try {
            return new GuardWork(host, pair.facts().targetUuid().toString(), pair.target(), pair.guard())
                    .watchAgain(false, host.deadlines().guard());
        } catch (Refusal e) {
            throw new Refusal(
                    ErrorCode.GUARD_NOT_ALIVE,
                    "The agent in guard \"" + pair.name(Member.GUARD) + "\" has proven no look at its target: "
                            + e.getMessage() + " Look at the guard's console; nothing was changed.",
                    e);
        }
    }

    private DomainInfo same(PairHere pair, Member member) {
        DomainInfo info = checks.alive(pair.name(member));
        if (!info.domid().equals(pair.domid(member))) {
            throw new Refusal(
                    ErrorCode.NOT_COUPLED,
                    "Domain \"" + info.name() + "\" is not the one that was coupled. Couple it again.");
        }
        return info;
    }
}
