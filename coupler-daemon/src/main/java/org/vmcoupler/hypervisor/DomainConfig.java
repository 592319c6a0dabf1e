/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.UUID;

/**
 * A domain's configuration in libxl's own JSON ({@code libxl_domain_config_to_json}), which we read but never interpret further than needed.
 * Immutable. Source: Xen tools/libs/light/libxl_types.idl, libxl_domain_config.
 */
public final class DomainConfig {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIMIT_CHARS = 65_536;

    private final JsonNode root;

    private DomainConfig(JsonNode root) {
        this.root = root;
    }

    /**
     * Returns the configuration in {@code json}.
     *
     * @throws IllegalArgumentException not a JSON object with a {@code c_info} that has a name, a UUID and a type, or over 65,536 characters
     */
    public static DomainConfig parse(String json) {
        if (json.length() > LIMIT_CHARS) {
            throw new IllegalArgumentException(
                    "domain configuration of " + json.length() + " characters, limit " + LIMIT_CHARS);
        }
        try {
            DomainConfig config = new DomainConfig(JSON.readTree(json));
            config.name();
            config.uuid();
            config.kind();
            return config;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("domain configuration is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns a copy of the tree, for those who build another configuration from it. */
    public JsonNode tree() {
        return root.deepCopy();
    }

    /** Returns the configuration as libxl wants it. */
    public String json() {
        return root.toString();
    }

    /** Returns the domain's name. */
    public String name() {
        return text("name");
    }

    /** Returns the domain's UUID. */
    public UUID uuid() {
        return UUID.fromString(text("uuid"));
    }

    /** Returns how Xen runs it. */
    public DomainKind kind() {
        String type = text("type");
        return switch (type) {
            case "pv" -> DomainKind.PV;
            case "pvh" -> DomainKind.PVH;
            case "hvm" -> DomainKind.HVM;
            default -> throw new IllegalArgumentException("domain type \"" + type + "\" is not pv, pvh or hvm");
        };
    }

    /** Tells whether it says from what the domain boots: a kernel, a bootloader, or an HVM domain's disks. */
    public boolean boots() {
        JsonNode info = root.path("b_info");
        return kind() == DomainKind.HVM
                || !info.path("kernel").asText("").isEmpty()
                || !info.path("bootloader").asText("").isEmpty()
                || !info.path("type.pv").path("bootloader").asText("").isEmpty()
                || !info.path("type.pv").path("kernel").asText("").isEmpty();
    }

    /** Returns the memory limit in KiB; 0 if it is not stated. */
    public long maxMemoryKb() {
        return root.path("b_info").path("max_memkb").asLong(0);
    }

    /** Returns the memory in KiB that the domain should have, with that of its graphics adapter; 0 if it is not stated. */
    public long wantedMemoryKb() {
        return root.path("b_info").path("target_memkb").asLong(0);
    }

    /** Tells whether the configuration lists any device of the kind {@code disks}, {@code nics}, {@code pcidevs} and so on. */
    public boolean hasDevices(String list) {
        return root.path(list).size() > 0;
    }

    /** Returns the action at a shutdown event ({@code on_reboot} and so on); libxl's default if it is not stated. */
    public String action(String event) {
        return root.path(event).asText("destroy");
    }

    private String text(String field) {
        JsonNode value = root.path("c_info").path(field);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new IllegalArgumentException("domain configuration has no c_info." + field);
        }
        return value.asText();
    }
}
