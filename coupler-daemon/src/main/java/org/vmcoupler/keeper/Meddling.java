/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.vmcoupler.admission.DestinationConfig;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.migration.PairHere;

/**
 * What others do to the domains of a watched pair that does not end the watching: pauses, names and memory. Each is told once. Names are put back, as the
 * pair's file, its configurations and the command line go by them. One thread; blocks.
 */
final class Meddling {

    private final Hypervisor hypervisor;
    private final Map<Member, String> memory = new EnumMap<>(Member.class);
    private final Map<Member, String> taken = new EnumMap<>(Member.class);
    private boolean paused;

    Meddling(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /**
     * Returns a sentence for each thing that is new since the last look.
     *
     * @param pausedByUs asked about a target that was seen paused: by us it is nothing to tell
     */
    List<String> look(PairHere pair, BooleanSupplier pausedByUs) {
        List<String> out = new ArrayList<>();
        for (Member member : Member.values()) {
            Optional<DomainInfo> here = hypervisor
                    .domain(pair.domid(member))
                    .filter(info -> info.uuid().equals(pair.facts().uuid(member)) && info.state() == DomainState.ALIVE);
            here.ifPresent(info -> {
                name(member, info, pair.name(member)).ifPresent(out::add);
                memory(member, info).ifPresent(out::add);
            });
            if (member == Member.TARGET) {
                boolean stands = here.filter(DomainInfo::paused).isPresent();
                if (stands && pausedByUs.getAsBoolean()) {
                    forgetPause();
                } else {
                    pause(stands).ifPresent(out::add);
                }
            }
        }
        return out;
    }

    /** Forgets that the target stood still: somebody of us has released it, or will. */
    void forgetPause() {
        paused = false;
    }

    private Optional<String> pause(boolean now) {
        boolean before = paused;
        paused = now;
        if (now == before) {
            return Optional.empty();
        }
        return Optional.of(
                now
                        ? "somebody has paused the target; it executes nothing, and stays so until somebody unpauses it. A migration fails meanwhile, as it"
                                + " cannot suspend"
                        : "somebody has unpaused the target, which somebody had paused; its guard watches it");
    }

    private Optional<String> name(Member member, DomainInfo info, String name) {
        String now = info.name();
        // the names of an arrival are given by its migration
        if (now.isEmpty() || now.equals(name) || now.equals(name + DestinationConfig.INCOMING)) {
            taken.remove(member);
            return Optional.empty();
        }
        try {
            hypervisor.rename(info.domid(), now, name);
            taken.remove(member);
            return Optional.of("somebody has renamed the " + member.word() + " to \"" + now + "\"; its name is \""
                    + name + "\" again, which its pair goes by");
        } catch (HypervisorException e) {
            boolean known = now.equals(taken.put(member, now));
            return known
                    ? Optional.empty()
                    : Optional.of("somebody has renamed the " + member.word() + " to \"" + now + "\", and its name \""
                            + name + "\" cannot be given back to it, which is tried further: " + e.getMessage());
        }
    }

    /** The balloon's aim is written by toolstacks only. Source: Xen tools/libs/light/libxl_mem.c, libxl_set_memory_target; docs/misc/xenstore-paths.pandoc. */
    private Optional<String> memory(Member member, DomainInfo info) {
        String now = hypervisor
                .xenstore()
                .read("/local/domain/" + info.domid() + "/memory/target")
                .filter(value -> value.matches("[0-9]{1,15}"))
                .orElse("");
        String key = info.domid() + " " + now;
        String before = memory.put(member, key);
        boolean changed =
                before != null && before.startsWith(info.domid() + " ") && !before.equals(key) && !now.isEmpty();
        if (!changed) {
            return Optional.empty();
        }
        String effect = member == Member.TARGET
                ? "its guard sees what it gives back or gets at its next scan"
                : "with too little its agent ends, and the guard is lost";
        return Optional.of("somebody has set the memory of the " + member.word() + " to " + now + " KiB; " + effect);
    }
}
