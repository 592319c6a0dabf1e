/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorDomain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.inventory.SilentException;

/**
 * The domains that libvirt has. Connects at the first question and again after a connection has ended; each call returns within its deadline,
 * whatever libvirt does.
 */
public final class LibvirtDomains implements ManagedDomains {

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtDomains.class);

    private final String uri;
    private final boolean expected;
    private final LockUse locks;
    private final DeadlineThread thread;
    private final Duration patience;
    private final Set<UUID> notItsOwn = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.UNASKED);
    private volatile @Nullable Connect open;

    private enum Standing {
        UNASKED,
        ANSWERS,
        SILENT
    }

    /**
     * Makes it; nothing is loaded or connected yet.
     *
     * @param uri what to connect to, for example {@code xen:///system}
     * @param deadline longest time that one question takes
     * @param patience the same of one that moves a definition
     * @param expected libvirt is known to be here, so its absence is a warning
     */
    public LibvirtDomains(String uri, Duration deadline, Duration patience, boolean expected) {
        this(uri, new DeadlineThread(deadline), patience, expected);
    }

    LibvirtDomains(String uri, DeadlineThread thread, Duration patience, boolean expected) {
        this.uri = uri;
        this.expected = expected;
        this.locks = LockUse.OF_THIS_HOST;
        this.thread = thread;
        this.patience = patience;
    }

    @Override
    public Optional<ManagedDomain> of(UUID uuid) {
        try {
            return ask(() -> found(uuid));
        } catch (InventoryException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> busy(UUID uuid) {
        try {
            return ask(() -> found(uuid)).flatMap(ManagedDomain::busy);
        } catch (SilentException e) {
            return notItsOwn.contains(uuid) ? Optional.empty() : Optional.of("may manage it and does not answer");
        } catch (InventoryException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<ManagedDomain> find(UUID uuid) {
        return askPatiently(() -> found(uuid));
    }

    @Override
    public void define(String definition) {
        askPatiently(() -> {
            Connect connection = connect();
            thread.inTime();
            Domain made = connection.domainDefineXML(definition);
            made.free();
            return uri;
        });
    }

    @Override
    public void undefine(UUID uuid) {
        askPatiently(() -> {
            Domain domain = connect().domainLookupByUUID(uuid);
            try {
                thread.inTime();
                domain.undefine();
            } finally {
                domain.free();
            }
            return uri;
        });
    }

    @Override
    public void close() {
        try {
            thread.ask(() -> {
                hangUp();
                return uri;
            });
        } catch (InventoryException | RejectedExecutionException e) {
            LOG.debug("the connection to libvirt is left to the end of the process", e);
        }
        thread.close();
    }

    private <T> T ask(Callable<T> call) {
        return noted(() -> thread.ask(() -> overALiveConnection(call)));
    }

    private <T> T askPatiently(Callable<T> call) {
        return noted(() -> thread.ask(() -> overALiveConnection(call), patience));
    }

    private <T> T noted(Supplier<T> question) {
        try {
            T answer = question.get();
            if (standing.getAndSet(Standing.ANSWERS) != Standing.ANSWERS) {
                LOG.info("libvirt answers at {}", uri);
            }
            return answer;
        } catch (InventoryException e) {
            note(e);
            throw e;
        }
    }

    /** Once until it answers again: a host without libvirt is asked again and again. A no to one question is no silence. */
    private void note(InventoryException e) {
        boolean no = e.getCause() instanceof LibvirtException && open != null;
        Standing before = no ? standing.get() : standing.getAndSet(Standing.SILENT);
        if (no || before == Standing.SILENT) {
            LOG.debug("libvirt at {}: {}", uri, e.getMessage());
        } else if (expected || before == Standing.ANSWERS) {
            LOG.warn(
                    "libvirt at {}: {} Its domains are not recognised meanwhile; nothing else is lost.",
                    uri,
                    e.getMessage());
        } else {
            LOG.info("no libvirt beside us at {}: {}", uri, e.getMessage());
        }
    }

    /**
     * A connection whose libvirtd has been restarted looks alive until it is used, as nobody reads from it meanwhile; the call is then made once
     * more over a new one.
     */
    private <T> T overALiveConnection(Callable<T> call) throws Exception {
        boolean usedBefore = open != null;
        try {
            return call.call();
        } catch (LibvirtException e) {
            Connect connection = open;
            if (connection == null || (alive(connection) && !isOfTheLine(e))) {
                throw e;
            }
            hangUp();
            if (usedBefore) {
                thread.inTime();
                return call.call();
            }
            throw e;
        }
    }

    /** Source: libvirt src/rpc/virnetclient.c and virnetsocket.c report what befalls the connection itself as VIR_FROM_RPC. */
    private static boolean isOfTheLine(LibvirtException e) {
        return e.getError() != null && e.getError().getDomain() == ErrorDomain.VIR_FROM_RPC;
    }

    /** Also takes in whether libvirt runs the domain, in the order of its answers, though nobody may wait for this one any more. */
    private Optional<ManagedDomain> found(UUID uuid) throws LibvirtException {
        Optional<ManagedDomain> answer = read(uuid);
        if (answer.filter(ManagedDomain::active).isPresent()) {
            notItsOwn.remove(uuid);
        } else {
            notItsOwn.add(uuid);
        }
        return answer;
    }

    private Optional<ManagedDomain> read(UUID uuid) throws LibvirtException {
        Domain domain;
        try {
            domain = connect().domainLookupByUUID(uuid);
        } catch (LibvirtException e) {
            if (isAbout(e, ErrorNumber.VIR_ERR_NO_DOMAIN)) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            return Optional.of(new DomainFacts(domain, locks).read());
        } catch (LibvirtException e) {
            if (isAbout(e, ErrorNumber.VIR_ERR_NO_DOMAIN)) {
                return Optional.empty(); // it went meanwhile
            }
            throw e;
        } finally {
            domain.free();
        }
    }

    private Connect connect() throws LibvirtException {
        Connect connection = open;
        if (connection == null || !alive(connection)) {
            hangUp();
            // libvirt's own handler would print each refusal to stderr; they come as exceptions as well
            Connect.setErrorCallback((data, error) -> {});
            connection = new Connect(uri);
            open = connection;
        }
        return connection;
    }

    private void hangUp() {
        Connect connection = open;
        open = null;
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (LibvirtException e) {
            LOG.debug("the connection to libvirt had ended", e);
        }
    }

    private static boolean alive(Connect connection) {
        try {
            return connection.isAlive();
        } catch (LibvirtException e) {
            return false;
        }
    }

    static boolean isAbout(LibvirtException e, ErrorNumber number) {
        return e.getError() != null && e.getError().getCode() == number;
    }
}
