/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/**
 * A domain that is created paused, as it is only looked at, and destroyed at the end.
 *
 * @param name its name, unique on the host
 */
record SpareDomain(Host host, String name) implements AutoCloseable {

    /**
     * Creates it.
     *
     * @param config file in the lab's folder of guests that it is made from
     * @param edit a sed script that changes the configuration
     */
    static SpareDomain paused(Host host, String config, String name, String edit) {
        String file = "/root/" + name + ".cfg";
        host.exec("sed -e 's/^name.*/name = \"" + name + "\"/' -e '" + edit + "' /lab/guests/" + config + " >" + file
                + " && xl create -p " + file);
        return new SpareDomain(host, name);
    }

    @Override
    public void close() {
        host.destroy(name);
    }
}
