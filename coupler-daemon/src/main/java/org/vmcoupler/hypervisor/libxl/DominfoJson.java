/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;

/** Reads libxl's JSON of small structs. Fields that have their default value may be left out by libxl. Stateless. */
final class DominfoJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** dom0's, which libxl leaves out. */
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    private DominfoJson() {}

    /** Returns the tree of any struct's JSON. */
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new HypervisorException("libxl's JSON is malformed: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns what a {@code libxl_dominfo} says. Source: Xen tools/libs/light/libxl_types.idl, libxl_dominfo, libxl_shutdown_reason. */
    static DomainInfo parse(String json, String name) {
        JsonNode info = tree(json);
        return new DomainInfo(
                new Domid(info.path("domid").asInt(0)),
                UUID.fromString(info.path("uuid").asText(NO_UUID)),
                name,
                state(info),
                info.path("paused").asBoolean(false),
                info.path("current_memkb").asLong(0),
                info.path("cpu_time").asLong(0));
    }

    /** Returns how the domain of a {@code libxl_dominfo} has ended; empty if it lives. Source: as for {@link #parse}. */
    static Optional<DomainEnd> end(String json) {
        JsonNode info = tree(json);
        if (info.path("dying").asBoolean(false)) {
            return Optional.of(DomainEnd.DESTROYED);
        }
        if (!info.path("shutdown").asBoolean(false)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (info.path("shutdown_reason").asText()) {
                    case "poweroff" -> DomainEnd.POWEROFF;
                    case "reboot" -> DomainEnd.REBOOT;
                    case "suspend" -> DomainEnd.SUSPEND;
                    case "crash" -> DomainEnd.CRASH;
                    case "watchdog" -> DomainEnd.WATCHDOG;
                    case "soft_reset" -> DomainEnd.SOFT_RESET;
                    default -> DomainEnd.UNKNOWN;
                });
    }

    private static DomainState state(JsonNode info) {
        if (info.path("dying").asBoolean(false)) {
            return DomainState.DYING;
        }
        if (!info.path("shutdown").asBoolean(false)) {
            return DomainState.ALIVE;
        }
        return info.path("shutdown_reason").asText().equals("suspend") ? DomainState.SUSPENDED : DomainState.SHUT_DOWN;
    }
}
