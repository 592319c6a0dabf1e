/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.vmcoupler.admission.DestinationConfig;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.admission.PairRole;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.DomainOffer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.migration.DestinationStreams;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.StreamSetups;
import org.vmcoupler.relay.DataListener;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.RelaySetup;

/** Decides whether an offered pair may come to this host. Nothing is changed but that its data connections are expected. */
final class Admission {

    private final HostParts host;
    private final LocalResources resources;
    private final DataListener listener;

    /**
     * A pair that may come.
     *
     * @param accept the answer to the source
     */
    record Admitted(PairFacts pair, Both<DestinationStreams.Incoming> incoming, ControlMessage.Accept accept) {}

    Admission(HostParts host, LocalResources resources, DataListener listener) {
        this.host = host;
        this.resources = resources;
        this.listener = listener;
    }

    Admitted admit(ControlMessage.Begin begin) {
        DomainConfig offeredTarget = parse(begin.target());
        DomainConfig offeredGuard = parse(begin.guard());
        DomainConfig target = DestinationConfig.build(offeredTarget, PairRole.TARGET, resources);
        DomainConfig guard = DestinationConfig.build(offeredGuard, PairRole.GUARD, resources);
        if (target.kind() == DomainKind.PV || guard.kind() != DomainKind.PV) {
            throw new Refusal(ErrorCode.WRONG_KIND, "A pair is a PVH or HVM target and a PV guard.");
        }
        checkNames(List.of(offeredTarget, offeredGuard, target, guard));
        checkMemory(target, guard);
        UUID id = begin.migrationId();
        Both<DomainConfig> configs = new Both<>(target, guard);
        Both<DomainOffer> offers = new Both<>(begin.target(), begin.guard());
        Both<DataToken> tokens = Both.of(member -> DataToken.draw(host.random()));
        Both<DestinationStreams.Incoming> incoming = Both.of(member -> {
            RelaySetup setup = StreamSetups.of(
                    id, member, PeerRules.of(configs.get(member).kind(), offers.get(member)), tokens.get(member));
            return new DestinationStreams.Incoming(
                    setup, configs.get(member), listener.expect(id, setup.role(), tokens.get(member)));
        });
        ControlMessage.Accept accept = new ControlMessage.Accept(
                id,
                listener.address().getPort(),
                HexFormat.of().formatHex(tokens.target().bytes()),
                HexFormat.of().formatHex(tokens.guard().bytes()));
        PairFacts pair = new PairFacts(
                offeredTarget.name(), offeredTarget.uuid(), -1, offeredGuard.name(), offeredGuard.uuid(), -1);
        return new Admitted(pair, incoming, accept);
    }

    private void checkNames(List<DomainConfig> configs) {
        for (DomainInfo there : host.hypervisor().domains()) {
            for (DomainConfig config : configs) {
                if (there.name().equals(config.name()) || there.uuid().equals(config.uuid())) {
                    throw new Refusal(
                            ErrorCode.NAME_TAKEN,
                            "The destination already has domain \"" + there.name() + "\" (domid " + there.domid()
                                    + "), which has the name or the UUID of \"" + config.name()
                                    + "\". Rename or destroy it there; nothing was changed.");
                }
            }
        }
    }

    private void checkMemory(DomainConfig target, DomainConfig guard) {
        long needed =
                host.hypervisor().neededMemoryKb(target) + host.hypervisor().neededMemoryKb(guard);
        long free = host.hypervisor().host().freeMemoryKb();
        if (needed > free) {
            throw new Refusal(
                    ErrorCode.NO_MEMORY,
                    "The pair needs " + needed / 1024 + " MiB, the destination has " + free / 1024
                            + " MiB free. Free memory there; nothing was changed.");
        }
    }

    private static DomainConfig parse(DomainOffer offer) {
        try {
            return DomainConfig.parse(offer.config());
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    ErrorCode.CONFIG_REFUSED, "The offered configuration is wrong: " + e.getMessage() + ".", e);
        }
    }
}
