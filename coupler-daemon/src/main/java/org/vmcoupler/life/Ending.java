/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** Both domains are being destroyed. */
public record Ending() implements LifeState {

    static LifeStep begin(LifeEffect... before) {
        java.util.List<LifeEffect> effects = new java.util.ArrayList<>(java.util.List.of(before));
        effects.add(new LifeEffect.EndPair(0));
        return new LifeStep(new Ending(), effects);
    }

    @Override
    public String phase() {
        return "stopping";
    }

    /** Nothing is done to the target before they have left it. */
    @Override
    public LifeStep savedByOthers(String who) {
        return LifeStep.to(this, new LifeEffect.EndSaves());
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        return event instanceof LifeEvent.NotEnded failed
                ? LifeStep.to(
                        this,
                        new LifeEffect.Alert("the pair cannot be ended: " + failed.reason()),
                        new LifeEffect.EndPair(failed.tries() + 1))
                : LifeStep.to(this);
    }
}
