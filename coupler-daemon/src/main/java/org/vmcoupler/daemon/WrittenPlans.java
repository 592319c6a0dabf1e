/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.config.LifeConfig;
import org.vmcoupler.config.PairFile;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.keeper.Plans;
import org.vmcoupler.life.LifePolicy;

/** The pairs' files, read anew each time: what an operator changes holds from the next turn on. */
final class WrittenPlans implements Plans {

    private static final Logger LOG = LoggerFactory.getLogger(WrittenPlans.class);

    private final LifeConfig life;
    private final Hypervisor hypervisor;

    /** What was said last about a target's file, which is read at each turn of its keeper. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    WrittenPlans(LifeConfig life, Hypervisor hypervisor) {
        this.life = life;
        this.hypervisor = hypervisor;
    }

    /** A file that is wrong changes no policy: watching goes on by the general one. */
    @Override
    public LifePolicy policy(String target) {
        try {
            LifePolicy policy =
                    PairFile.load(life, target).map(PairFile::policy).orElse(life.policy());
            told.remove(target);
            return policy;
        } catch (Refusal e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(told.put(target, why))) {
                LOG.warn("the general policy holds for the pair of {}: {}", target, why);
            }
            return life.policy();
        }
    }

    @Override
    public boolean startsAfterBoot(String target) {
        try {
            return PairFile.load(life, target).filter(PairFile::startAfterBoot).isPresent();
        } catch (Refusal e) {
            LOG.warn("the pair of {} is not started: {}", target, e.getMessage());
            return false;
        }
    }

    @Override
    public Optional<DomainConfig> target(String target) {
        return read(target, PairFile::target);
    }

    @Override
    public Optional<DomainConfig> guard(String target) {
        return read(target, PairFile::guard);
    }

    private Optional<DomainConfig> read(String target, Function<PairFile, Optional<Path>> which) {
        return PairFile.load(life, target).flatMap(which).map(hypervisor::readXl);
    }
}
