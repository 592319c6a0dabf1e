/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.admission.LocalDefinition;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.DefinitionAnswer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.inventory.SilentException;
import org.vmcoupler.journal.PairFacts;

/**
 * What becomes of libvirt's definitions of a pair that moves. They travel beside the decisions and never touch one: whatever goes wrong with
 * them, the pair has moved, the source's definition stays, and the log says why. All methods block, until libvirt's deadlines at most, and
 * throw nothing.
 *
 * @param domains libvirt of this host
 * @param lent what a definition that comes in may name
 */
public record Definitions(ManagedDomains domains, LocalResources lent) {

    /** A host without libvirt. */
    public static final Definitions NONE = new Definitions(ManagedDomains.NONE, new LocalResources(Set.of(), Set.of()));

    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);
    private static final DefinitionAnswer HAS_LEFT =
            new DefinitionAnswer(false, "The pair has left the destination again.");
    private static final int REASON_CHARS = 1_900;

    /** Returns the definition that the source sends; empty if libvirt has none, does not answer, or has one that is too long. */
    String ofSource(String name, UUID uuid) {
        String definition = "";
        try {
            definition = domains.find(uuid).flatMap(ManagedDomain::definition).orElse("");
        } catch (SilentException e) {
            LOG.warn(
                    "libvirt's definition of {}, if it has one, stays here: {} The domain itself has moved: do not start it here.",
                    name,
                    e.getMessage());
        } catch (InventoryException e) {
            LOG.debug("no definition of {} is carried", name, e);
        }
        int bytes = definition.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > ControlMessage.Done.DEFINITION_CHARS) {
            LOG.warn(
                    "libvirt's definition of {} has {} bytes, carried are {} at most; it stays here",
                    name,
                    bytes,
                    ControlMessage.Done.DEFINITION_CHARS);
            return "";
        }
        return definition;
    }

    /**
     * Defines at the destination what the source sent, which is hostile, and returns what to answer. One that is there already stays.
     *
     * @param isHere whether the pair is still, or again, on this host: a definition of one that has left would be an invitation to start it twice
     */
    DefinitionAnswer atDestination(String offered, String name, UUID uuid, BooleanSupplier isHere) {
        if (offered.isEmpty()) {
            return DefinitionAnswer.NONE;
        }
        if (!isHere.getAsBoolean()) {
            return HAS_LEFT;
        }
        try {
            String definition = LocalDefinition.build(offered, name, uuid, lent);
            Optional<ManagedDomain> there = domains.find(uuid);
            if (there.flatMap(ManagedDomain::definition).isPresent()
                    && there.get().name().equals(name)) {
                LOG.info("libvirt here has a definition of {} already, which stays as it is", name);
                return DefinitionAnswer.DEFINED;
            }
            domains.define(definition);
            if (!isHere.getAsBoolean()) {
                LOG.warn(
                        "libvirt here has got the definition of {} as it left this host again: remove it (virsh undefine), do not start it here",
                        name);
                return HAS_LEFT;
            }
            LOG.info("libvirt here has the definition of {} now; it will show it as shut off, whatever Xen runs", name);
            return DefinitionAnswer.DEFINED;
        } catch (Refusal | InventoryException e) {
            LOG.warn("libvirt here does not get the definition of {}: {}", name, e.getMessage());
            String reason = String.valueOf(e.getMessage());
            return new DefinitionAnswer(false, reason.substring(0, Math.min(reason.length(), REASON_CHARS)));
        }
    }

    /** Removes at the source what the destination has defined; {@code sent} is what went there. */
    void leaveSource(PairFacts pair, Both<String> sent, Both<DefinitionAnswer> answers) {
        for (Member member : List.of(Member.TARGET, Member.GUARD)) {
            String name = member == Member.TARGET ? pair.targetName() : pair.guardName();
            if (sent.get(member).isEmpty()) {
                continue;
            }
            DefinitionAnswer answer = answers.get(member);
            if (!answer.defined()) {
                LOG.warn(
                        "libvirt's definition of {} stays here, as the destination did not take it: {} The domain itself has"
                                + " moved: do not start it here.",
                        name,
                        printable(answer.reason()));
                continue;
            }
            try {
                domains.undefine(pair.uuid(member));
                LOG.info("libvirt's definition of {} is at the destination and gone here", name);
            } catch (InventoryException e) {
                LOG.warn(
                        "libvirt's definition of {} is at the destination and still here: {} Remove it (virsh undefine),"
                                + " do not start it here.",
                        name,
                        e.getMessage());
            }
        }
    }

    private static String printable(String hostile) {
        return hostile.isEmpty() ? "it said nothing of it." : hostile.replaceAll("[^ -~]", "?");
    }
}
