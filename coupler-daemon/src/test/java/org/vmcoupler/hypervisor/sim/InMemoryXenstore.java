/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.Xenstore;

/** A xenstore in memory; writers wake those who await. */
public final class InMemoryXenstore implements Xenstore {

    private final TreeMap<String, String> nodes = new TreeMap<>();
    private final List<Runnable> watches = new CopyOnWriteArrayList<>();
    private volatile boolean gone;

    /** Lets every call fail, as when xenstored has ended, or lets it work again with all that there was. */
    public void gone(boolean now) {
        gone = now;
    }

    private void checkThere() {
        if (gone) {
            throw new HypervisorException("xenstored is not there");
        }
    }

    /** Runs {@code task} after each transaction, on the writer's thread. */
    public void watch(Runnable task) {
        watches.add(task);
    }

    @Override
    public synchronized Optional<String> read(String path) {
        checkThere();
        return Optional.ofNullable(nodes.get(path));
    }

    @Override
    public synchronized List<String> list(String path) {
        checkThere();
        String prefix = path + "/";
        return nodes.tailMap(prefix).keySet().stream()
                .takeWhile(node -> node.startsWith(prefix))
                .map(node -> node.substring(prefix.length()).split("/", 2)[0])
                .distinct()
                .toList();
    }

    @Override
    public synchronized void write(String path, String value) {
        checkThere();
        nodes.put(path, value);
        notifyAll();
    }

    @Override
    public void writeAll(Map<String, String> written, Optional<Domid> reader) {
        checkThere();
        synchronized (this) {
            nodes.putAll(written);
            notifyAll();
        }
        watches.forEach(Runnable::run);
    }

    @Override
    public synchronized void remove(String path) {
        checkThere();
        nodes.keySet().removeIf(node -> node.equals(path) || node.startsWith(path + "/"));
        notifyAll();
    }

    @Override
    public boolean replace(String path, String from, String to) {
        checkThere();
        boolean replaced;
        synchronized (this) {
            replaced = nodes.replace(path, from, to);
            notifyAll();
        }
        if (replaced) {
            watches.forEach(Runnable::run);
        }
        return replaced;
    }

    @Override
    public synchronized Optional<String> await(String path, Duration deadline) {
        checkThere();
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (!nodes.containsKey(path) && System.nanoTime() < end) {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return read(path);
    }
}
