/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.Channel;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vmcoupler.admission.DestinationConfig;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.admission.PairRole;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.DomainOffer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
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

/**
 * Decides whether an offered pair may come to this host. A pair that may has its names, UUIDs and memory set aside until {@link #forget}, as its
 * domains come into being only later. Thread-safe.
 */
final class Admission {

    private final HostParts host;
    private final LocalResources resources;
    private final DataListener listener;
    private final Map<UUID, Admitted> admitted = new ConcurrentHashMap<>();

    /**
     * A pair that may come.
     *
     * @param neededKb memory that each needs
     */
    record Admitted(PairFacts pair, Both<DomainConfig> configs, Both<Long> neededKb) {}

    /**
     * Its data connections, which are expected from now on.
     *
     * @param accept the answer to the source
     */
    record Expected(Both<DestinationStreams.Incoming> incoming, ControlMessage.Accept accept) {}

    Admission(HostParts host, LocalResources resources, DataListener listener) {
        this.host = host;
        this.resources = resources;
        this.listener = listener;
    }

    /**
     * Checks an offer, and sets aside what the pair needs.
     *
     * @throws Refusal it may not come; nothing was changed
     */
    synchronized Admitted admit(ControlMessage.Begin begin) {
        DomainConfig offeredTarget = parse(begin.target());
        DomainConfig offeredGuard = parse(begin.guard());
        DomainConfig target = DestinationConfig.build(offeredTarget, PairRole.TARGET, resources);
        DomainConfig guard = DestinationConfig.build(offeredGuard, PairRole.GUARD, resources);
        if (target.kind() == DomainKind.PV || guard.kind() != DomainKind.PV) {
            throw new Refusal(ErrorCode.WRONG_KIND, "A pair is a PVH or HVM target and a PV guard.");
        }
        PairFacts pair = new PairFacts(
                offeredTarget.name(), offeredTarget.uuid(), -1, offeredGuard.name(), offeredGuard.uuid(), -1);
        checkReceived(pair);
        List<DomainInfo> domains = host.hypervisor().domains();
        checkNames(domains, List.of(offeredTarget, offeredGuard, target, guard));
        Both<DomainConfig> configs = new Both<>(target, guard);
        Both<Long> neededKb = Both.of(member -> host.hypervisor().neededMemoryKb(configs.get(member)));
        checkMemory(domains, neededKb);
        Admitted made = new Admitted(pair, configs, neededKb);
        if (admitted.putIfAbsent(begin.migrationId(), made) != null) {
            throw new Refusal(ErrorCode.PROTOCOL, "Migration " + begin.migrationId() + " has been offered before.");
        }
        return made;
    }

    /** Sets nothing aside any more for this attempt. Does not wait for an admission. */
    void forget(UUID id) {
        admitted.remove(id);
    }

    /**
     * Expects the data connections of a pair that was admitted.
     *
     * @throws RuntimeException they cannot be expected; none is
     */
    Expected expect(ControlMessage.Begin begin, Admitted pair) {
        UUID id = begin.migrationId();
        Both<DomainOffer> offers = new Both<>(begin.target(), begin.guard());
        Both<DataToken> tokens = Both.of(member -> DataToken.draw(host.random()));
        Both<RelaySetup> setups = Both.of(member -> StreamSetups.of(
                id, member, PeerRules.of(pair.configs().get(member).kind(), offers.get(member)), tokens.get(member)));
        CompletableFuture<Channel> target = expect(setups.target());
        try {
            CompletableFuture<Channel> guard = expect(setups.guard());
            Both<CompletableFuture<Channel>> data = new Both<>(target, guard);
            return new Expected(
                    Both.of(member -> new DestinationStreams.Incoming(
                            setups.get(member), pair.configs().get(member), data.get(member))),
                    new ControlMessage.Accept(
                            id,
                            listener.address().getPort(),
                            HexFormat.of().formatHex(tokens.target().bytes()),
                            HexFormat.of().formatHex(tokens.guard().bytes())));
        } catch (RuntimeException e) {
            target.cancel(false);
            throw e;
        }
    }

    private CompletableFuture<Channel> expect(RelaySetup setup) {
        return listener.expect(setup.migrationId(), setup.role(), setup.token());
    }

    /** From TAKE on the domains themselves tell: the pair may even have left again before its attempt is closed. */
    private Stream<Admitted> stillComing() {
        return admitted.entrySet().stream()
                .filter(entry -> host.journal().state().decision(entry.getKey()) != Decision.TAKE)
                .map(Map.Entry::getValue);
    }

    private void checkReceived(PairFacts pair) {
        if (pair.targetUuid().equals(pair.guardUuid()) || pair.targetName().equals(pair.guardName())) {
            throw new Refusal(ErrorCode.CONFIG_REFUSED, "Target and guard have the same name or the same UUID.");
        }
        Set<Object> wanted = Set.of(pair.targetUuid(), pair.guardUuid(), pair.targetName(), pair.guardName());
        stillComing().map(Admitted::pair).forEach(other -> {
            if (Stream.of(other.targetUuid(), other.guardUuid(), other.targetName(), other.guardName())
                    .anyMatch(wanted::contains)) {
                throw new Refusal(
                        ErrorCode.BUSY,
                        "The destination is receiving \"" + other.targetName() + "\" with \"" + other.guardName()
                                + "\" now, which has a name or a UUID of this pair; nothing was changed.");
            }
        });
    }

    private static void checkNames(List<DomainInfo> domains, List<DomainConfig> configs) {
        for (DomainInfo there : domains) {
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

    /** Free memory counts what domains have by now; what those that are coming will still take is not free. */
    private void checkMemory(List<DomainInfo> domains, Both<Long> neededKb) {
        Map<UUID, Long> presentKb =
                domains.stream().collect(Collectors.toMap(DomainInfo::uuid, DomainInfo::memoryKb, Math::max));
        long promised = stillComing()
                .flatMapToLong(other -> Stream.of(Member.values())
                        .mapToLong(member -> other.neededKb().get(member)
                                - presentKb.getOrDefault(other.pair().uuid(member), 0L)))
                .map(kb -> Math.max(0, kb))
                .sum();
        long needed = neededKb.target() + neededKb.guard();
        long free = Math.max(0, host.hypervisor().host().freeMemoryKb() - promised);
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
