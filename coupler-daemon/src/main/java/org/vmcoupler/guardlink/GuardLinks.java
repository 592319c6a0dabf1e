/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;

/**
 * The conversations with the guards of this host, one for each guard's domid: whoever asks a guard waits for those who asked before, and no two
 * requests have one number. Thread-safe. A number that is given again to another domain finds higher sequence numbers than it needs, which harms
 * nobody.
 */
public final class GuardLinks {

    private final Hypervisor hypervisor;
    private final Map<Domid, GuardLink> links = new ConcurrentHashMap<>();

    /** Makes conversations over this host's xenstore; a guard that has ended is not waited for. */
    public GuardLinks(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /**
     * Returns the conversation with a guard. Blocks for xenstore the first time.
     *
     * @param doneBefore no request from now on has this number or a lower one; 0 to {@link GuardLink#SEQUENCE_MAX}, 0 for a guard that has not come
     *     from elsewhere
     */
    public GuardLink to(Domid guard, long doneBefore) {
        GuardLink link = links.computeIfAbsent(
                guard, domid -> new GuardLink(hypervisor.xenstore(), domid, () -> hasEnded(domid), doneBefore));
        link.goOnAfter(doneBefore);
        return link;
    }

    /** A suspended guard is one that moves, and may be resumed. */
    private boolean hasEnded(Domid guard) {
        DomainState state = hypervisor.domain(guard).map(DomainInfo::state).orElse(DomainState.DYING);
        return state == DomainState.SHUT_DOWN || state == DomainState.DYING;
    }
}
