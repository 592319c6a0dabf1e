/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.DeathWatch;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HostInfo;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;

/** A host in memory. It keeps a diary of what was done to its domains, in order. */
public final class SimHypervisor implements Hypervisor {

    private static final int FIRST_NEW = 100;
    private static final int NEW_FRAMES = 64;

    private final Map<Integer, SimDomain> domains = new ConcurrentSkipListMap<>();
    private final Map<Domid, DomainConfig> configs = new ConcurrentHashMap<>();
    private final List<String> diary = new CopyOnWriteArrayList<>();
    private final Map<Domid, List<Consumer<DomainEnd>>> deathWatches = new ConcurrentHashMap<>();
    private final InMemoryXenstore xenstore = new InMemoryXenstore();
    private final String bootId;
    private final Map<String, Integer> faults = new ConcurrentHashMap<>();
    private int nextDomid = FIRST_NEW;
    private volatile Consumer<SimDomain> onCreate = domain -> {};
    private volatile Runnable onListing = () -> {};
    private volatile int mappings;
    private volatile @Nullable StreamEnds ends;

    /** Makes a host without domains. */
    public SimHypervisor(String bootId) {
        this.bootId = bootId;
    }

    /** Adds a domain. */
    public SimDomain add(SimDomain domain) {
        domains.put(domain.domid().value(), domain);
        return domain;
    }

    /** Gives a domain the configuration that it was made from. */
    public void config(Domid domid, DomainConfig config) {
        configs.put(domid, config);
    }

    /** Returns what was done to domains, as {@code "pause 7"}, in order. */
    public List<String> diary() {
        return diary;
    }

    /** Lets what the diary would call {@code entry} fail the next {@code times} times; it is not noted then. */
    public void fail(String entry, int times) {
        faults.put(entry, times);
    }

    /** Runs something whenever the domains are listed. */
    public void onListing(Runnable task) {
        onListing = task;
    }

    /** Gives out these ends for the next stream. */
    public void nextStream(StreamEnds next) {
        ends = next;
    }

    /** Returns how often frames were mapped for reading. */
    public int mappings() {
        return mappings;
    }

    @Override
    public HostInfo host() {
        return new HostInfo("4.17.7", 1 << 20, true, false, bootId);
    }

    @Override
    public List<DomainInfo> domains() {
        onListing.run();
        return domains.values().stream().map(SimDomain::info).toList();
    }

    @Override
    public Optional<DomainInfo> domain(Domid domid) {
        return Optional.ofNullable(domains.get(domid.value())).map(SimDomain::info);
    }

    @Override
    public Optional<DomainInfo> domain(String name) {
        return domains().stream().filter(info -> info.name().equals(name)).findFirst();
    }

    @Override
    public DomainConfig config(Domid domid) {
        return Optional.ofNullable(configs.get(domid))
                .orElseThrow(() -> new HypervisorException("domain " + domid + " has no configuration here"));
    }

    @Override
    public long neededMemoryKb(DomainConfig config) {
        return config.maxMemoryKb();
    }

    @Override
    public StreamEnds newStream() {
        StreamEnds next = ends;
        if (next == null) {
            throw new HypervisorException("this host has no streams");
        }
        return next;
    }

    @Override
    public void closeStream(int fd) {
        diary.add("close fd " + fd);
    }

    @Override
    public void save(Domid domid, int libxlFd) {
        throw new HypervisorException("this host has no streams");
    }

    @Override
    public Domid restore(DomainConfig config, int libxlFd) {
        throw new HypervisorException("this host has no streams");
    }

    @Override
    public Domid create(DomainConfig config) {
        failIfAsked("create " + config.name());
        if (domain(config.name()).isPresent()) {
            throw new HypervisorException("there is a domain \"" + config.name() + "\" already");
        }
        Domid domid = new Domid(nextDomid++);
        SimDomain domain = new SimDomain(domid, config.uuid(), config.name(), NEW_FRAMES);
        domain.paused(true);
        add(domain);
        configs.put(domid, config);
        diary.add("create " + domid);
        onCreate.accept(domain);
        return domid;
    }

    @Override
    public Domid carryOver(Domid domid, Duration deadline) {
        existing(domid);
        failIfAsked("carry over " + domid);
        note("carry over", domid);
        DomainConfig config = config(domid);
        destroy(domid, deadline);
        return create(config);
    }

    /** Runs something with each domain that is created, before anybody else sees it. */
    public void onCreate(Consumer<SimDomain> task) {
        onCreate = task;
    }

    @Override
    public DomainConfig readXl(Path file) {
        try {
            return DomainConfig.parse(Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new HypervisorException("the configuration " + file + " cannot be read", e);
        }
    }

    @Override
    public void setAside(Domid domid, String suffix) {
        SimDomain domain = existing(domid);
        note("set aside", domid);
        domain.rename(domain.info().name() + suffix);
    }

    @Override
    public void askToEnd(Domid domid, boolean reboot) {
        note("ask to " + (reboot ? "reboot" : "power off"), existing(domid).domid());
    }

    @Override
    public Optional<DomainEnd> end(Domid domid, UUID uuid) {
        return Optional.ofNullable(domains.get(domid.value()))
                .filter(domain -> domain.info().uuid().equals(uuid))
                .map(SimDomain::end)
                .orElse(Optional.of(DomainEnd.DESTROYED));
    }

    @Override
    public void resume(Domid domid) {
        SimDomain domain = existing(domid);
        note("resume", domid);
        domain.resume();
    }

    @Override
    public void pause(Domid domid) {
        SimDomain domain = existing(domid);
        note("pause", domid);
        domain.paused(true);
    }

    @Override
    public void release(Domid domid) {
        SimDomain domain = existing(domid);
        note("release", domid);
        domain.paused(false);
    }

    @Override
    public void destroy(Domid domid, Duration deadline) {
        note("destroy", domid);
        domains.remove(domid.value());
        ended(domid, DomainEnd.DESTROYED);
    }

    @Override
    public void rename(Domid domid, String from, String to) {
        note("rename to " + to, domid);
        existing(domid).rename(to);
    }

    @Override
    public void setTarget(Domid guard, Domid target) {
        failIfAsked("couple " + guard);
        if (!existing(guard).couple(target)) {
            throw new HypervisorException("guard " + guard + " has had a target");
        }
    }

    @Override
    public long frames(Domid domid) {
        return existing(domid).frames();
    }

    @Override
    public long framesWithoutMemory(Domid domid) {
        return existing(domid).framesWithoutMemory();
    }

    @Override
    public long storeFrame(Domid domid) {
        return existing(domid).storeFrame();
    }

    @Override
    public List<Optional<byte[]>> readFrames(Domid domid, List<Long> gfns) {
        if (gfns.size() > READ_FRAMES_MAX || gfns.stream().anyMatch(gfn -> gfn < 0)) {
            throw new IllegalArgumentException(gfns.size() + " frames");
        }
        SimDomain domain = existing(domid);
        synchronized (this) {
            mappings++;
        }
        List<Optional<byte[]>> copies = new ArrayList<>();
        gfns.forEach(gfn -> copies.add(domain.read(gfn)));
        return copies;
    }

    @Override
    public void writeFrame(Domid domid, long gfn, int offset, byte[] bytes) {
        if (!existing(domid).write(gfn, offset, bytes)) {
            throw new HypervisorException("domain " + domid + " has nothing at gfn " + gfn);
        }
    }

    @Override
    public void stopLogDirty(Domid domid) {
        existing(domid);
        note("stop log-dirty of", domid);
    }

    @Override
    public DeathWatch watchDeath(Domid domid, Consumer<DomainEnd> listener) {
        List<Consumer<DomainEnd>> watches = deathWatches.computeIfAbsent(domid, id -> new CopyOnWriteArrayList<>());
        watches.add(listener);
        if (!domains.containsKey(domid.value())) {
            listener.accept(DomainEnd.DESTROYED);
        }
        return () -> watches.remove(listener);
    }

    /** Tells those who watch the domain that it has ended. */
    public void ended(Domid domid, DomainEnd end) {
        deathWatches.getOrDefault(domid, List.of()).forEach(listener -> listener.accept(end));
    }

    @Override
    public InMemoryXenstore xenstore() {
        return xenstore;
    }

    @Override
    public void close() {}

    private void note(String what, Domid domid) {
        String entry = what + " " + domid;
        failIfAsked(entry);
        diary.add(entry);
    }

    private void failIfAsked(String entry) {
        if (faults.getOrDefault(entry, 0) > 0) {
            faults.merge(entry, -1, Integer::sum);
            throw new HypervisorException(entry + " fails");
        }
    }

    /** Returns a domain. */
    public SimDomain existing(Domid domid) {
        SimDomain domain = domains.get(domid.value());
        if (domain == null) {
            throw new HypervisorException("there is no domain " + domid);
        }
        return domain;
    }
}
