/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.UUID;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.RelaySetup;
import org.vmcoupler.relay.StreamRole;
import org.vmcoupler.stream.StreamRules;

/** What both ends agree on about the stream of one member. */
public final class StreamSetups {

    private StreamSetups() {}

    /** Returns it. */
    public static RelaySetup of(UUID migrationId, Member member, StreamRules rules, DataToken token) {
        return new RelaySetup(
                migrationId, member == Member.TARGET ? StreamRole.TARGET : StreamRole.GUARD, rules, token);
    }
}
