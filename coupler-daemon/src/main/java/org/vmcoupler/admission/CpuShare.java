/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The share of its host's CPUs that a domain brings along: its weight and its cap, which the credit schedulers know. A guard that lost its weight with a
 * move would prove its looks late on a busy host.
 *
 * <p>What else is offered, the scheduler's name above all, is left where it was: a restore takes what its own scheduler knows, and no more.
 * Source: Xen tools/libs/light/libxl_create.c, domcreate_stream_done ("The scheduler on the sending domain may be different"); libxl_sched.c, sched_credit2_domain_set and sched_null_domain_set (4.17).
 */
final class CpuShare {

    /** Sixteen times Xen's default, which dom0 has: a peer's domain takes the CPUs from everything else here no further. Xen itself allows 65,535. */
    static final int WEIGHT_MAX = 4_096;

    /** A cap is in hundredths of one CPU; 0 is none. */
    private static final int WHOLE_CPU = 100;

    private final String domain;
    private final JsonNode offered;
    private final ObjectNode share = JsonNodeFactory.instance.objectNode();

    private CpuShare(String domain, JsonNode offered) {
        this.domain = domain;
        this.offered = offered;
    }

    /**
     * Returns {@code sched_params} as a restore may have them.
     *
     * @param domain whom to name
     * @param offered {@code b_info.sched_params}
     * @param vcpus {@code b_info.max_vcpus}, which a cap is judged by
     * @throws org.vmcoupler.fault.Refusal CONFIG_REFUSED; nothing was done
     */
    static ObjectNode of(String domain, JsonNode offered, JsonNode vcpus) {
        CpuShare built = new CpuShare(domain, offered);
        built.take("weight", 1, WEIGHT_MAX);
        built.take("cap", 0, Math.max(1, vcpus.asInt(1)) * (long) WHOLE_CPU);
        return built.share;
    }

    private void take(String name, long least, long most) {
        JsonNode value = offered.path(name);
        // Left out by libxl, or as it writes "not said": LIBXL_DOMAIN_SCHED_PARAM_WEIGHT_DEFAULT and _CAP_DEFAULT.
        if (value.isMissingNode() || (value.isInt() && value.intValue() == -1)) {
            return;
        }
        if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
            throw DestinationConfig.refusal(
                    domain,
                    "b_info.sched_params." + name,
                    DestinationConfig.shown(value) + " is not in " + least + " to " + most);
        }
        share.put(name, value.intValue());
    }
}
