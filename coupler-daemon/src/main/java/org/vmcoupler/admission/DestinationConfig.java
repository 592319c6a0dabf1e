/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * Builds the configuration of a domain that comes in from what a peer offers. Nothing is copied but fields known to be harmless, each of the
 * expected shape; what a restore does not use is left out, and anything else that is not empty is refused.
 * Source: Xen tools/libs/light/libxl_types.idl, libxl_domain_config (4.17).
 */
public final class DestinationConfig {

    /** What a domain's name ends with until it is released here. */
    public static final String INCOMING = "--incoming";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,79}");
    private static final Pattern COMMAND_LINE = Pattern.compile("[ -~]{0,2047}");
    private static final String ACTION = "preserve";

    private static final Map<String, Predicate<JsonNode>> C_INFO = Map.of(
            "type", AllowedField.WORD,
            "hap", AllowedField.SWITCH,
            "oos", AllowedField.SWITCH,
            "name", AllowedField.WORD,
            "uuid", AllowedField.WORD,
            "run_hotplug_scripts", AllowedField.SWITCH);

    private static final Map<String, Predicate<JsonNode>> B_INFO = Map.ofEntries(
            Map.entry("max_vcpus", AllowedField.NUMBER),
            Map.entry("avail_vcpus", AllowedField.BITMAP),
            Map.entry("tsc_mode", AllowedField.WORD),
            Map.entry("max_memkb", AllowedField.NUMBER),
            Map.entry("target_memkb", AllowedField.NUMBER),
            Map.entry("video_memkb", AllowedField.NUMBER),
            Map.entry("shadow_memkb", AllowedField.NUMBER),
            Map.entry("iommu_memkb", AllowedField.NUMBER),
            Map.entry("rtc_timeoffset", AllowedField.NUMBER),
            Map.entry("localtime", AllowedField.SWITCH),
            Map.entry("max_grant_frames", AllowedField.NUMBER),
            Map.entry("max_maptrack_frames", AllowedField.NUMBER),
            Map.entry("max_grant_version", AllowedField.NUMBER),
            Map.entry("claim_mode", AllowedField.SWITCH),
            Map.entry("event_channels", AllowedField.NUMBER),
            Map.entry("acpi", AllowedField.SWITCH),
            Map.entry("apic", AllowedField.SWITCH),
            Map.entry("nested_hvm", AllowedField.SWITCH),
            Map.entry("timer_mode", AllowedField.WORD),
            Map.entry("altp2m", AllowedField.WORD));

    /**
     * Dropped: which CPUs and nodes it ran on means nothing here; kernel, ramdisk and command line are in the domain's memory already, a restore
     * runs no bootloader and builds nothing (but see {@link #bootFiles}). Source: Xen tools/libs/light/libxl_create.c, initiate_domain_create ("restoring, not running
     * bootloader") and domcreate_bootloader_done.
     */
    private static final Set<String> DROPPED = Set.of(
            "domid",
            "ssidref",
            "ssid_label",
            "pool_name",
            "poolid",
            "cpumap",
            "nodemap",
            "vcpu_hard_affinity",
            "vcpu_soft_affinity",
            "numa_placement",
            "blkdev_start",
            "kernel",
            "ramdisk",
            "cmdline");

    private static final Map<String, Predicate<JsonNode>> PV = Map.of("slack_memkb", AllowedField.NUMBER);

    /** Carried as it is, also when it is off: a restore without it switches it on. Source: Xen tools/libs/light/libxl_x86.c, msr_relaxed. */
    private static final Map<String, Predicate<JsonNode>> ARCH_X86 = Map.of("msr_relaxed", AllowedField.SWITCH);

    private static final Set<String> EMPTY =
            Set.of("", "<default>", "default", "disabled", "False", "false", "unknown", "none", "0", "-1");
    private static final Map<String, Predicate<JsonNode>> NOTHING = Map.of();
    private static final Set<String> ACTIONS =
            Set.of("on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset");

    private static final Map<String, Predicate<JsonNode>> HVM_B_INFO = Stream.of(B_INFO, HvmFields.B_INFO)
            .flatMap(list -> list.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final String offeredName;
    private final DomainKind kind;

    private DestinationConfig(String offeredName, DomainKind kind) {
        this.offeredName = offeredName;
        this.kind = kind;
    }

    /**
     * Returns the configuration to restore with: named {@code <name>--incoming}, preserved at every shutdown, with no device of the peer's.
     *
     * @throws Refusal GUARD_HAS_DEVICES, or CONFIG_REFUSED with a sentence that names field and value; nothing was done
     */
    public static DomainConfig build(DomainConfig offered, PairRole role, LocalResources local) {
        if (!NAME.matcher(offered.name()).matches()) {
            throw new Refusal(
                    ErrorCode.CONFIG_REFUSED, "The offered domain's name is not letters, digits and . _ + - only.");
        }
        DestinationConfig build = new DestinationConfig(offered.name(), offered.kind());
        build.kindSuits(role);
        return DomainConfig.parse(build.root(offered.tree(), role, local).toString());
    }

    private void kindSuits(PairRole role) {
        if ((kind == DomainKind.PV) != (role == PairRole.GUARD)) {
            throw refused("c_info.type", "a " + role + " cannot be " + kind);
        }
    }

    private ObjectNode root(JsonNode offered, PairRole role, LocalResources local) {
        ObjectNode built = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : offered.properties()) {
            String name = field.getKey();
            if (name.equals("c_info")) {
                built.set(name, allowed("c_info.", field.getValue(), C_INFO).put("name", offeredName + INCOMING));
            } else if (name.equals("b_info")) {
                built.set(name, buildInfo(field.getValue(), local));
            } else if (role == PairRole.GUARD
                    && (name.equals("disks") || name.equals("nics"))
                    && !isEmpty(field.getValue())) {
                throw new Refusal(
                        ErrorCode.GUARD_HAS_DEVICES, "Guard " + offeredName + " has " + name + "; remove them first.");
            } else if (name.equals("disks") || name.equals("nics")) {
                built.set(name, LocalDevices.resolve(offeredName, name, field.getValue(), local));
            } else if (!ACTIONS.contains(name) && !isEmpty(field.getValue())) {
                throw refused(name, shown(field.getValue()));
            }
        }
        // The daemon decides what follows a shutdown, whatever the peer's toolstack did.
        ACTIONS.forEach(action -> built.put(action, ACTION));
        return built;
    }

    private ObjectNode buildInfo(JsonNode offered, LocalResources local) {
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        String ours = "type." + kind.name().toLowerCase(Locale.ROOT);
        for (Map.Entry<String, JsonNode> field : offered.properties()) {
            if (field.getKey().startsWith("type.") && !field.getKey().equals(ours)) {
                throw refused("b_info." + field.getKey(), "the domain is " + kind);
            }
            switch (field.getKey()) {
                case "type.pv" -> parts.set("type.pv", allowed("b_info.type.pv.", field.getValue(), PV));
                case "type.pvh" -> parts.set("type.pvh", allowed("b_info.type.pvh.", field.getValue(), NOTHING));
                case "type.hvm" -> parts.set("type.hvm", hvm(field.getValue()));
                case "arch_x86" -> parts.set("arch_x86", allowed("b_info.arch_x86.", field.getValue(), ARCH_X86));
                case "sched_params" ->
                    parts.set("sched_params", CpuShare.of(offeredName, field.getValue(), offered.path("max_vcpus")));
                case "arch_arm" -> allowed("b_info.arch_arm.", field.getValue(), NOTHING);
                default -> rest.set(field.getKey(), field.getValue());
            }
        }
        ObjectNode built = allowed("b_info.", rest, kind == DomainKind.HVM ? HVM_B_INFO : B_INFO);
        built.setAll(parts);
        if (kind == DomainKind.HVM && !isEmpty(offered.path("kernel"))) {
            directBoot(built, offered, local);
        } else if (!isEmpty(offered.path("kernel"))) {
            bootFiles(built, offered, local);
        }
        return built;
    }

    /**
     * A restore needs none of them. But should the domain end and have to be made again, this is all that tells from what: so they stay if this host
     * lends them.
     */
    private static void bootFiles(ObjectNode built, JsonNode offered, LocalResources local) {
        JsonNode ramdisk = offered.path("ramdisk");
        JsonNode words = offered.path("cmdline");
        boolean lent = local.kernels().contains(offered.path("kernel").asText())
                && (isEmpty(ramdisk) || local.ramdisks().contains(ramdisk.asText()))
                && (isEmpty(words) || isCommandLine(words));
        if (lent) {
            for (String field : List.of("kernel", "ramdisk", "cmdline")) {
                if (!isEmpty(offered.path(field))) {
                    built.put(field, offered.path(field).asText());
                }
            }
        }
    }

    private static boolean isCommandLine(JsonNode words) {
        return words.isTextual() && COMMAND_LINE.matcher(words.textValue()).matches();
    }

    /**
     * An HVM domain that was booted from its kernel directly has a firmware configuration device, whose state its device model saves, and which a
     * device model only has that is given a kernel. The guest can read what is in there: so it is a kernel and a ramdisk of this host's list.
     * Source: QEMU hw/i386/pc_piix.c, pc_init1, and pc.c, xen_load_linux; Xen tools/libs/light/libxl_dm.c,
     * libxl__build_device_model_args_new.
     */
    private void directBoot(ObjectNode built, JsonNode offered, LocalResources local) {
        built.put("kernel", listed("kernel", offered.path("kernel"), local.kernels()));
        if (!isEmpty(offered.path("ramdisk"))) {
            built.put("ramdisk", listed("ramdisk", offered.path("ramdisk"), local.ramdisks()));
        }
        JsonNode words = offered.path("cmdline");
        if (!isEmpty(words)) {
            if (!isCommandLine(words)) {
                throw refused("b_info.cmdline", "it is no line of at most 2,047 printable characters");
            }
            built.put("cmdline", words.textValue());
        }
    }

    private String listed(String field, JsonNode path, Set<String> list) {
        if (!path.isTextual() || !list.contains(path.textValue())) {
            throw refused("b_info." + field, shown(path) + " is not listed on this host");
        }
        return path.textValue();
    }

    private ObjectNode hvm(JsonNode offered) {
        ObjectNode scalars = JsonNodeFactory.instance.objectNode();
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : offered.properties()) {
            Map<String, Predicate<JsonNode>> part = HvmFields.PARTS.get(field.getKey());
            if (part == null) {
                scalars.set(field.getKey(), field.getValue());
            } else {
                parts.set(field.getKey(), allowed("b_info.type.hvm." + field.getKey() + ".", field.getValue(), part));
            }
        }
        ObjectNode built = allowed("b_info.type.hvm.", scalars, HvmFields.HVM);
        built.setAll(parts);
        return built;
    }

    private ObjectNode allowed(String path, JsonNode offered, Map<String, Predicate<JsonNode>> list) {
        if (!offered.isObject()) {
            throw refused(path, "it is no object");
        }
        ObjectNode built = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : offered.properties()) {
            Predicate<JsonNode> shape = list.get(field.getKey());
            boolean namesIt = path.equals("c_info.") && field.getKey().equals("name");
            if (shape != null && (namesIt || shape.test(field.getValue()))) {
                built.set(field.getKey(), field.getValue());
            } else if (!DROPPED.contains(field.getKey()) && !isEmpty(field.getValue())) {
                throw refused(path + field.getKey(), shown(field.getValue()));
            }
        }
        return built;
    }

    private Refusal refused(String field, String why) {
        return refusal(offeredName, field, why);
    }

    static Refusal refusal(String domain, String field, String why) {
        return new Refusal(
                ErrorCode.CONFIG_REFUSED,
                "The configuration of " + domain + " is not accepted here: " + printable(field) + " (" + printable(why)
                        + ").");
    }

    /** Tells whether a value says nothing: libxl writes fields out although they are at their default. */
    static boolean isEmpty(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode inner : value) {
                if (!isEmpty(inner)) {
                    return false;
                }
            }
            return true;
        }
        return value.isNull() || EMPTY.contains(value.asText());
    }

    static String shown(JsonNode value) {
        return value.toString();
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 120)).replaceAll("[^ -~]", "?");
    }
}
