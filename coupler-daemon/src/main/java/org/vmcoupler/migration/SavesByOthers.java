/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.savehelper.ForeignSaves;

/** Who saves or migrates the domains of a pair without this daemon. Blocks for the reading of /proc, and until libvirt's deadline. One thread. */
public final class SavesByOthers {

    private final HostParts host;
    private final ForeignSaves saves;

    /** Makes one that looks at this host's processes by {@code saves}. */
    public SavesByOthers(HostParts host, ForeignSaves saves) {
        this.host = host;
        this.saves = saves;
    }

    /**
     * Returns who saves or migrates a member. A suspended target is also somebody's whose save may be complete: another host may be about to start
     * the copy. One that runs is nobody's before a helper is there. One that was given away stays so after its {@code xl} has gone: the copy may run.
     *
     * @param info what Xen says of the member now; empty if it is gone
     */
    public Optional<String> of(Member member, PairHere pair, Optional<DomainInfo> info) {
        int domid = pair.domid(member).value();
        boolean suspended = info.filter(DomainInfo::suspended).isPresent();
        if (suspended) {
            if (info.filter(DomainInfo::givenAway).isPresent()) {
                return Optional.of(
                        "xl migrate, which has given it away: the copy may run on the other host. Only if it does not, give it its name back: `xl"
                                + " rename " + domid + " " + pair.name(member) + "`");
            }
            Optional<String> libvirt = byLibvirt(member, pair.facts().uuid(member));
            if (libvirt.isPresent()) {
                return libvirt;
            }
            saves.scanAll();
        }
        return (suspended ? saves.of(domid, pair.name(member)) : saves.helpers(domid))
                .stream().map(ForeignSaves.Save::text).reduce((one, more) -> one + ", " + more);
    }

    /** A guard is waited for only if libvirt says itself that it is busy with it: its copy watches nothing, and its target must not wait. */
    private Optional<String> byLibvirt(Member member, UUID uuid) {
        ManagedDomains libvirt = host.definitions().domains();
        Optional<String> busy =
                member == Member.TARGET ? libvirt.busy(uuid) : libvirt.of(uuid).flatMap(ManagedDomain::busy);
        return busy.map(why -> "libvirt, which " + why);
    }

    /** Returns who may have the copy of a suspended target started on another host; empty if it is not suspended. */
    public Optional<String> mayHandOver(PairHere pair) {
        Optional<DomainInfo> target = host.hypervisor().domain(pair.target()).filter(info -> info.uuid()
                .equals(pair.facts().targetUuid()));
        return target.filter(DomainInfo::suspended).flatMap(info -> of(Member.TARGET, pair, target));
    }

    /** Tells whether a target was given away by an {@code xl} that has gone: nobody here will resume it. */
    public boolean hasGivenAway(PairHere pair, Optional<DomainInfo> target) {
        if (target.filter(info -> info.suspended() && info.givenAway()).isEmpty()) {
            return false;
        }
        saves.scanAll();
        return saves.of(pair.target().value(), pair.name(Member.TARGET)).isEmpty();
    }

    /** Ends the helpers of others that save a member. */
    public void end(Member member, PairHere pair) {
        saves.helpers(pair.domid(member).value()).forEach(ForeignSaves::end);
    }
}
