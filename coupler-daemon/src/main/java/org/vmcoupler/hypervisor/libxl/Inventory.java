/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HostInfo;
import org.vmcoupler.hypervisor.HypervisorException;

/** What is on the host: read only. Thread-safe. */
final class Inventory {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Toolstack stack;
    private final int dominfoBytes;

    Inventory(Toolstack stack) {
        this.stack = stack;
        this.dominfoBytes = LibxlStruct.sizeBytes(stack.libraries.xlSymbols(), "libxl_dominfo");
    }

    HostInfo host() {
        Pointer version = stack.xl.libxl_get_version_info(stack.ctx);
        if (version == null) {
            throw new HypervisorException("libxl_get_version_info failed");
        }
        JsonNode words = DominfoJson.tree(
                LibxlStruct.json(stack.libraries.xlSymbols(), stack.ctx, "libxl_version_info", version));
        String xen = words.path("xen_version_major").asInt() + "."
                + words.path("xen_version_minor").asInt()
                + words.path("xen_version_extra").asText("");
        LongByReference freeKb = new LongByReference();
        Toolstack.check("libxl_get_free_memory", stack.xl.libxl_get_free_memory(stack.ctx, freeKb), null);
        try (LibxlStruct physinfo = stack.struct("libxl_physinfo")) {
            Toolstack.check("libxl_get_physinfo", stack.xl.libxl_get_physinfo(stack.ctx, physinfo.pointer()), null);
            JsonNode caps = DominfoJson.tree(physinfo.json(stack.ctx));
            return new HostInfo(
                    xen,
                    freeKb.getValue(),
                    caps.path("cap_hap").asBoolean(false),
                    caps.path("cap_shadow").asBoolean(false),
                    Files.readString(BOOT_ID).strip());
        } catch (IOException e) {
            throw new HypervisorException("cannot read " + BOOT_ID, e);
        }
    }

    List<DomainInfo> domains() {
        IntByReference count = new IntByReference();
        Pointer list = stack.xl.libxl_list_domain(stack.ctx, count);
        if (list == null) {
            throw new HypervisorException("libxl_list_domain failed");
        }
        try {
            List<DomainInfo> domains = new ArrayList<>();
            for (int i = 0; i < count.getValue(); i++) {
                String json = LibxlStruct.json(
                        stack.libraries.xlSymbols(),
                        stack.ctx,
                        "libxl_dominfo",
                        list.share((long) i * dominfoBytes, dominfoBytes));
                DomainInfo info = named(json);
                if (info.domid().value() != 0) {
                    domains.add(info);
                }
            }
            return domains;
        } finally {
            stack.xl.libxl_dominfo_list_free(list, count.getValue());
        }
    }

    Optional<DomainInfo> domain(Domid domid) {
        try (LibxlStruct dominfo = stack.struct("libxl_dominfo")) {
            int rc = stack.xl.libxl_domain_info(stack.ctx, dominfo.pointer(), domid.value());
            if (rc == LibxlException.ERROR_DOMAIN_NOTFOUND) {
                return Optional.empty();
            }
            Toolstack.check("libxl_domain_info", rc, domid);
            return Optional.of(named(dominfo.json(stack.ctx)));
        }
    }

    /** Returns how a domain stands, or empty if there is none of this number. */
    Optional<DomainDeaths.Standing> standing(Domid domid) {
        try (LibxlStruct dominfo = stack.struct("libxl_dominfo")) {
            int rc = stack.xl.libxl_domain_info(stack.ctx, dominfo.pointer(), domid.value());
            if (rc == LibxlException.ERROR_DOMAIN_NOTFOUND) {
                return Optional.empty();
            }
            Toolstack.check("libxl_domain_info", rc, domid);
            String json = dominfo.json(stack.ctx);
            return Optional.of(
                    new DomainDeaths.Standing(DominfoJson.parse(json, "").uuid(), DominfoJson.end(json)));
        }
    }

    /** Returns the configuration that libxl keeps for the domain, with what changed since its creation. */
    DomainConfig config(Domid domid) {
        try (LibxlStruct config = stack.struct("libxl_domain_config")) {
            int rc = stack.xl.libxl_retrieve_domain_configuration(stack.ctx, domid.value(), config.pointer(), null);
            Toolstack.check("libxl_retrieve_domain_configuration", rc, domid);
            return DomainConfig.parse(config.json(stack.ctx));
        } catch (IllegalArgumentException e) {
            throw new HypervisorException(
                    "the configuration of domain " + domid + " is unusable: " + e.getMessage(), e);
        }
    }

    long neededMemoryKb(DomainConfig wanted) {
        // libxl fills in defaults, so it gets a struct of its own
        try (LibxlStruct config = stack.struct("libxl_domain_config")) {
            config.fill(stack.ctx, wanted.json());
            LongByReference kb = new LongByReference();
            int rc = stack.xl.libxl_domain_need_memory(stack.ctx, config.pointer(), Libxl.INVALID_DOMID, kb);
            Toolstack.check("libxl_domain_need_memory", rc, null);
            return kb.getValue();
        }
    }

    private DomainInfo named(String json) {
        DomainInfo info = DominfoJson.parse(json, "");
        String name = Toolstack.take(
                stack.xl.libxl_domid_to_name(stack.ctx, info.domid().value()));
        return new DomainInfo(
                info.domid(), info.uuid(), name, info.state(), info.paused(), info.memoryKb(), info.cpuTimeNs());
    }
}
