/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;

/**
 * The domains that libvirt has. Connects at the first question and again after a connection has ended; each call returns within the deadline,
 * whatever libvirt does.
 */
public final class LibvirtDomains implements ManagedDomains {

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtDomains.class);
    private static final String ANSWERS = "";

    private final String uri;
    private final boolean expected;
    private final LockUse locks;
    private final DeadlineThread thread;
    private final AtomicReference<String> last = new AtomicReference<>("not asked yet");
    private @Nullable Connect open;

    /**
     * Makes it; nothing is loaded or connected yet.
     *
     * @param uri what to connect to, for example {@code xen:///system}
     * @param deadline longest time that one call takes
     * @param expected libvirt is known to be here, so its absence is a warning
     */
    public LibvirtDomains(String uri, Duration deadline, boolean expected) {
        this.uri = uri;
        this.expected = expected;
        this.locks = LockUse.OF_THIS_HOST;
        this.thread = new DeadlineThread(deadline);
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
    public void define(String definition) {
        ask(() -> {
            Domain made = connect().domainDefineXML(definition);
            made.free();
            return uri;
        });
    }

    @Override
    public void undefine(UUID uuid) {
        ask(() -> {
            Domain domain = connect().domainLookupByUUID(uuid);
            try {
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
        try {
            T answer = thread.ask(() -> orHangUp(call));
            if (!ANSWERS.equals(last.getAndSet(ANSWERS))) {
                LOG.info("libvirt answers at {}", uri);
            }
            return answer;
        } catch (InventoryException e) {
            note(e);
            throw e;
        }
    }

    /** Once for each reason: a host without libvirt is asked again and again. */
    private void note(InventoryException e) {
        String sentence = String.valueOf(e.getMessage());
        String before = last.getAndSet(sentence);
        if (sentence.equals(before)) {
            LOG.debug("libvirt at {}: {}", uri, sentence);
        } else if (expected || before.equals(ANSWERS)) {
            LOG.warn(
                    "libvirt at {}: {} Its domains are not recognised meanwhile; nothing else is lost.", uri, sentence);
        } else {
            LOG.info("no libvirt beside us at {}: {}", uri, sentence);
        }
    }

    private <T> T orHangUp(Callable<T> call) throws Exception {
        try {
            return call.call();
        } catch (LibvirtException e) {
            Connect connection = open;
            if (connection != null && !alive(connection)) {
                hangUp();
            }
            throw e;
        }
    }

    private Optional<ManagedDomain> found(UUID uuid) throws LibvirtException {
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
