/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/** A target's disks and network interfaces, made anew from the few fields that name what this host lends. */
final class LocalDevices {

    private static final int DEVICES_MAX = 16;
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final Pattern VDEV = Pattern.compile("(xvd|hd|sd)[a-z]{1,2}[0-9]{0,2}");

    private LocalDevices() {}

    /** Returns the devices of {@code list} ({@code disks} or {@code nics}); fields that are not copied are lost on purpose. */
    static ArrayNode resolve(String domain, String list, JsonNode offered, LocalResources local) {
        if (!offered.isArray() || offered.size() > DEVICES_MAX) {
            throw DestinationConfig.refusal(domain, list, "no list of at most " + DEVICES_MAX);
        }
        ArrayNode built = JsonNodeFactory.instance.arrayNode();
        for (JsonNode device : offered) {
            built.add(list.equals("disks") ? disk(domain, device, local) : nic(domain, device, local));
        }
        return built;
    }

    private static ObjectNode disk(String domain, JsonNode device, LocalResources local) {
        String path = device.path("pdev_path").asText("");
        if (!local.disks().contains(path)) {
            throw DestinationConfig.refusal(domain, "disks.pdev_path", path + " is not listed on this host");
        }
        String vdev = device.path("vdev").asText("");
        if (!VDEV.matcher(vdev).matches()) {
            throw DestinationConfig.refusal(domain, "disks.vdev", vdev);
        }
        boolean writable = device.path("readwrite").asInt(0) != 0;
        return JsonNodeFactory.instance
                .objectNode()
                .put("pdev_path", path)
                .put("vdev", vdev)
                .put("format", "raw")
                .put("readwrite", writable ? 1 : 0);
    }

    private static ObjectNode nic(String domain, JsonNode device, LocalResources local) {
        String bridge = device.path("bridge").asText("");
        if (!local.bridges().contains(bridge)) {
            throw DestinationConfig.refusal(domain, "nics.bridge", bridge + " is not listed on this host");
        }
        String mac = device.path("mac").asText("");
        if (!MAC.matcher(mac).matches()) {
            throw DestinationConfig.refusal(domain, "nics.mac", mac);
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("bridge", bridge)
                .put("mac", mac)
                .put("nictype", "vif");
    }
}
