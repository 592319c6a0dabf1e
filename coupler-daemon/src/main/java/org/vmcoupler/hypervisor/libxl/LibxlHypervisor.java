/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.vmcoupler.hypervisor.DeathWatch;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HostInfo;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;
import org.vmcoupler.hypervisor.Xenstore;
import org.vmcoupler.hypervisor.xenstore.SocketWatch;
import org.vmcoupler.hypervisor.xenstore.SocketXenstore;
import org.vmcoupler.time.Poll;

/** This host's Xen, through libxl. Thread-safe: target and guard are saved by two threads at the same time. */
public final class LibxlHypervisor implements Hypervisor {

    private static final int EOPNOTSUPP = 95;
    private static final int UNPAUSE_LIMIT = 64;
    private static final Duration DESTROY_INTERVAL = Duration.ofMillis(10);

    private final Toolstack stack;
    private final Inventory inventory;
    private final SocketXenstore xenstore;
    private final SocketWatch released;
    private final DomainDeaths deaths;

    private LibxlHypervisor(Toolstack stack, SocketXenstore xenstore) {
        this.stack = stack;
        this.inventory = new Inventory(stack);
        this.xenstore = xenstore;
        this.released = xenstore.watch("@releaseDomain");
        this.deaths = new DomainDeaths(inventory::standing, released::await);
    }

    /**
     * Loads Xen's libraries and opens this host's hypervisor. To be called once, early: it changes the C environment, which libxl reads at each
     * save and restore.
     *
     * @param saveHelper program that libxl starts for each save and restore: the wrapper that preloads the shim, or a stock helper
     * @param shimDir folder of the socket and the tokens for shims (docs/shim-protocol.md); handed on as VMCOUPLER_SHIM_DIR
     * @throws LibxlMissingException no tool stack of a known version, or not dom0
     * @throws HypervisorException standard input is closed, or another user than root may change the helper
     */
    public static LibxlHypervisor open(Path saveHelper, Path shimDir) {
        Libraries libraries = Libraries.load(Libraries.candidates());
        Fds.checkStandardInput();
        SaveHelper.install(saveHelper, shimDir, libraries.version());
        // first, since it tells most clearly that this is not dom0
        SocketXenstore xenstore = SocketXenstore.ofHost();
        return new LibxlHypervisor(new Toolstack(libraries), xenstore);
    }

    @Override
    public List<DomainInfo> domains() {
        return inventory.domains();
    }

    @Override
    public Optional<DomainInfo> domain(Domid domid) {
        return inventory.domain(domid);
    }

    @Override
    public Optional<DomainInfo> domain(String name) {
        // not libxl_name_to_domid, whose error for "no such name" is the one for "xenstore does not answer"
        return domains().stream().filter(info -> info.name().equals(name)).findFirst();
    }

    @Override
    public HostInfo host() {
        return inventory.host();
    }

    @Override
    public DomainConfig config(Domid domid) {
        return inventory.config(domid);
    }

    @Override
    public long neededMemoryKb(DomainConfig config) {
        return inventory.neededMemoryKb(config);
    }

    @Override
    public StreamEnds newStream() {
        return Fds.stream();
    }

    @Override
    public void closeStream(int fd) {
        Fds.close(fd);
    }

    @Override
    public void save(Domid domid, int libxlFd) {
        Fds.checkStream(libxlFd, Fds.Direction.WRITE);
        try {
            Fds.keepFromChildren();
            int rc = stack.xl.libxl_domain_suspend(stack.ctx, domid.value(), libxlFd, Libxl.LIBXL_SUSPEND_LIVE, null);
            Toolstack.check("libxl_domain_suspend", rc, domid);
        } finally {
            Fds.close(libxlFd);
        }
    }

    @Override
    public Domid restore(DomainConfig config, int libxlFd) {
        Fds.checkStream(libxlFd, Fds.Direction.READ);
        IntByReference made = new IntByReference(Libxl.INVALID_DOMID);
        try (LibxlStruct struct = stack.struct("libxl_domain_config");
                LibxlStruct params = stack.struct("libxl_domain_restore_params")) {
            Fds.keepFromChildren();
            struct.fill(stack.ctx, config.json());
            // libxl's own initial value is 1, the format of Xen 4.5. Source: libxl_types.idl,
            // libxl_domain_restore_params
            params.fill(stack.ctx, "{\"stream_version\": 2}");
            int rc = stack.xl.libxl_domain_create_restore(
                    stack.ctx, struct.pointer(), made, libxlFd, -1, params.pointer(), null, null);
            Toolstack.check("libxl_domain_create_restore", rc, null);
            Domid domid = new Domid(made.getValue());
            checkNew(domid);
            return domid;
        } catch (HypervisorException e) {
            discard(config, made.getValue(), e);
            throw e;
        } finally {
            Fds.close(libxlFd);
        }
    }

    @Override
    public Domid create(DomainConfig config) {
        IntByReference made = new IntByReference(Libxl.INVALID_DOMID);
        try (LibxlStruct struct = stack.struct("libxl_domain_config")) {
            Fds.keepFromChildren();
            struct.fill(stack.ctx, config.json());
            int rc = stack.xl.libxl_domain_create_new(stack.ctx, struct.pointer(), made, null, null);
            Toolstack.check("libxl_domain_create_new", rc, null);
            Domid domid = new Domid(made.getValue());
            checkNew(domid);
            return domid;
        } catch (HypervisorException e) {
            discard(config, made.getValue(), e);
            throw e;
        }
    }

    @Override
    public DomainConfig readXl(Path file) {
        return XlProgram.read(file);
    }

    @Override
    public Domid carryOver(Domid domid, Duration deadline) {
        DomainInfo old = domain(domid)
                .orElseThrow(() -> new HypervisorException("there is no domain " + domid + " to be carried over"));
        XlProgram.carryOver(domid, deadline);
        return domain(old.name())
                .filter(made -> made.uuid().equals(old.uuid()))
                .map(DomainInfo::domid)
                .orElseThrow(() ->
                        new HypervisorException("xl restored no domain \"" + old.name() + "\" of UUID " + old.uuid()));
    }

    /** Removes what a daemon left of a carried guard that died meanwhile. To be called once it is known that no other daemon runs. */
    public void removeLeftovers() {
        SaveFolder.OF_HOST.clear();
    }

    @Override
    public void setAside(Domid domid, String suffix) {
        try (LibxlStruct info = stack.struct("libxl_domain_create_info")) {
            String createInfo = config(domid).tree().path("c_info").toString();
            info.fill(stack.ctx, createInfo);
            UUID fresh = UUID.randomUUID();
            // a struct of 16 bytes travels in two registers. Source: libxl_uuid.h, libxl_uuid; System V ABI, 3.2.3
            int rc = stack.xl.libxl_domain_preserve(
                    stack.ctx,
                    domid.value(),
                    info.pointer(),
                    suffix,
                    Long.reverseBytes(fresh.getMostSignificantBits()),
                    Long.reverseBytes(fresh.getLeastSignificantBits()));
            Toolstack.check("libxl_domain_preserve", rc, domid);
        }
    }

    /**
     * Not by libxl_domain_shutdown, which waits up to 60 s for the guest's acknowledgement. Source: Xen tools/libs/light/libxl_domain.c,
     * libxl__domain_pvcontrol and domain_pvcontrol_available; docs/misc/xenstore-paths.pandoc, ~/control/shutdown.
     */
    @Override
    public void askToEnd(Domid domid, boolean reboot) {
        if (parameter(domid, XenCtrl.HVM_PARAM_CALLBACK_IRQ) == 0) {
            throw new HypervisorException(
                    "domain " + domid + " cannot be asked to end: its kernel does not listen to Xen");
        }
        String node = "/local/domain/" + domid + "/control/shutdown";
        if (!xenstore().replace(node, "", reboot ? "reboot" : "poweroff")) {
            throw new HypervisorException(
                    "domain " + domid + " cannot be asked to end: it has not yet taken what it was asked for before ("
                            + xenstore().read(node).orElse("it has no " + node) + ")");
        }
    }

    @Override
    public Optional<DomainEnd> end(Domid domid, UUID uuid) {
        return inventory
                .standing(domid)
                .filter(standing -> standing.uuid().equals(uuid))
                .map(DomainDeaths.Standing::end)
                .orElse(Optional.of(DomainEnd.DESTROYED));
    }

    /** A new or restored domain has not run yet, and waits for its unpause. */
    private void checkNew(Domid domid) {
        DomainInfo info = domain(domid)
                .orElseThrow(() -> new HypervisorException("domain " + domid + " vanished after it was made"));
        if (!info.paused() || info.cpuTimeNs() != 0) {
            throw new HypervisorException("domain " + domid + " is not as it should be when new: paused "
                    + info.paused() + ", ran " + info.cpuTimeNs() + " ns");
        }
    }

    /** Removes what a failed create or restore left, which libxl does itself but for an aborted one. */
    private void discard(DomainConfig config, int domid, HypervisorException cause) {
        if (domid <= 0) {
            return;
        }
        try {
            domain(new Domid(domid))
                    .filter(info -> info.uuid().equals(config.uuid()))
                    .ifPresent(info -> destroy(info.domid(), Duration.ofSeconds(30)));
        } catch (HypervisorException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void resume(Domid domid) {
        Fds.keepFromChildren();
        int rc = stack.xl.libxl_domain_resume(stack.ctx, domid.value(), 1, null);
        Toolstack.check("libxl_domain_resume", rc, domid);
    }

    @Override
    public void pause(Domid domid) {
        // not libxl_domain_pause: for HVM it talks to qemu and needs xenstore, and a pause must work when these do not
        Toolstack.checkErrno("xc_domain_pause", stack.ctrl.xc_domain_pause(stack.xch, domid.value()), domid);
    }

    @Override
    public void release(Domid domid) {
        if (!paused(domid)) {
            return;
        }
        // once through libxl: a restored HVM domain's qemu waits for its "cont"
        Toolstack.check("libxl_domain_unpause", stack.xl.libxl_domain_unpause(stack.ctx, domid.value(), null), domid);
        for (int i = 0; i < UNPAUSE_LIMIT; i++) {
            if (!paused(domid)) {
                return;
            }
            Toolstack.checkErrno("xc_domain_unpause", stack.ctrl.xc_domain_unpause(stack.xch, domid.value()), domid);
        }
        throw new HypervisorException("domain " + domid + " is still paused after " + UNPAUSE_LIMIT + " unpauses");
    }

    private boolean paused(Domid domid) {
        return domain(domid)
                .orElseThrow(() -> new HypervisorException("there is no domain " + domid + " to release"))
                .paused();
    }

    @Override
    public void destroy(Domid domid, Duration deadline) {
        Fds.keepFromChildren();
        int rc = stack.xl.libxl_domain_destroy(stack.ctx, domid.value(), null);
        if (rc != LibxlException.ERROR_DOMAIN_NOTFOUND) {
            Toolstack.check("libxl_domain_destroy", rc, domid);
        }
        // its frames may still be mapped, by a save helper or a guard: then it stays as a zombie
        if (!Poll.until(() -> domain(domid).isEmpty(), deadline, DESTROY_INTERVAL)) {
            throw new HypervisorException("domain " + domid + " is destroyed but still in the list after " + deadline
                    + ": something maps its memory");
        }
    }

    @Override
    public void rename(Domid domid, String from, String to) {
        Toolstack.check("libxl_domain_rename", stack.xl.libxl_domain_rename(stack.ctx, domid.value(), from, to), domid);
    }

    @Override
    public void setTarget(Domid guard, Domid target) {
        int result = stack.ctrl.xc_domain_set_target(stack.xch, guard.value(), target.value());
        Toolstack.checkErrno("xc_domain_set_target to " + target, result, guard);
    }

    @Override
    public long frames(Domid domid) {
        LongByReference highest = new LongByReference();
        int result = stack.ctrl.xc_domain_maximum_gpfn(stack.xch, domid.value(), highest);
        Toolstack.checkErrno("xc_domain_maximum_gpfn", result, domid);
        return highest.getValue() + 1;
    }

    @Override
    public long framesWithoutMemory(Domid domid) {
        LongByReference cache = new LongByReference();
        LongByReference entries = new LongByReference();
        int result = stack.ctrl.xc_domain_get_pod_target(stack.xch, domid.value(), null, cache, entries);
        Toolstack.checkErrno("xc_domain_get_pod_target", result, domid);
        return Math.max(0, entries.getValue() - cache.getValue());
    }

    @Override
    public long storeFrame(Domid domid) {
        return parameter(domid, XenCtrl.HVM_PARAM_STORE_PFN);
    }

    private long parameter(Domid domid, int parameter) {
        LongByReference value = new LongByReference();
        int result = stack.ctrl.xc_hvm_param_get(stack.xch, domid.value(), parameter, value);
        Toolstack.checkErrno("xc_hvm_param_get", result, domid);
        return value.getValue();
    }

    @Override
    public List<Optional<byte[]>> readFrames(Domid domid, List<Long> gfns) {
        return stack.frames.read(domid, gfns);
    }

    @Override
    public void writeFrame(Domid domid, long gfn, int offset, byte[] bytes) {
        stack.frames.write(domid, gfn, offset, bytes);
    }

    @Override
    public void stopLogDirty(Domid domid) {
        int result = stack.ctrl.xc_shadow_control(stack.xch, domid.value(), XenCtrl.XEN_DOMCTL_SHADOW_OP_OFF, null, 0);
        // a PV domain on a hypervisor without shadow paging cannot have log-dirty on. Source: Xen
        // xen/arch/x86/mm/shadow/none.c
        if (result != 0 && Native.getLastError() != EOPNOTSUPP) {
            Toolstack.checkErrno("xc_shadow_control", result, domid);
        }
    }

    @Override
    public DeathWatch watchDeath(Domid domid, Consumer<DomainEnd> listener) {
        return deaths.watch(domid, listener);
    }

    @Override
    public Xenstore xenstore() {
        return xenstore;
    }

    @Override
    public void close() {
        deaths.close();
        released.close();
        xenstore.close();
        stack.close();
    }
}
