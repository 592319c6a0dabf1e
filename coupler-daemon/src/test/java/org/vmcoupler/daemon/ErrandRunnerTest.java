/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.time.BackOff;
import org.vmcoupler.time.Poll;

/** An errand's way to a peer that is away, another one than at BEGIN, or slow to say what is wanted. */
class ErrandRunnerTest {

    private static final UUID ATTEMPT = new UUID(1, 1);
    private static final ControlMessage YIELD = new ControlMessage.Yield(ATTEMPT);
    private static final ControlMessage REFUSE = new ControlMessage.Refuse(ATTEMPT, ErrorCode.ROLLED_BACK, "no");
    private static final Errands.Errand ERRAND = new Errands.Errand("beta", "old", YIELD, "Both stay paused here.");
    private static final BackOff QUICK = new BackOff(Duration.ofMillis(1), Duration.ofMillis(2));

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScriptedDoor door = new ScriptedDoor();
    private final ErrandRunner errands = new ErrandRunner(door, timer, workers, QUICK);
    private final List<ControlMessage> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
        workers.shutdownNow();
    }

    private void untilConnections(int count) {
        assertTrue(Poll.until(() -> door.connections() >= count, Duration.ofSeconds(20), Duration.ofMillis(1)));
    }

    private void untilHeard(ControlMessage message) {
        assertTrue(Poll.until(() -> heard.contains(message), Duration.ofSeconds(20), Duration.ofMillis(1)));
    }

    private boolean hear(ControlMessage answer) {
        heard.add(answer);
        return answer.equals(REFUSE);
    }

    @Test
    void aPeerWithAnotherJournalIsToldNothingAndNotHeard() {
        door.journal("new");
        door.answerAtOnce(REFUSE);
        errands.deliver(ERRAND, this::hear);
        untilConnections(3);
        assertEquals(List.of(), door.sent());
        assertEquals(List.of(), heard);
        door.journal("old");
        untilHeard(REFUSE);
        assertEquals(List.of(YIELD), List.copyOf(door.sent()).subList(0, 1));
    }

    @Test
    void aPeerThatIsAwayIsTriedAgain() {
        door.failFor(3);
        door.answer(REFUSE);
        errands.deliver(ERRAND, this::hear);
        untilHeard(REFUSE);
        assertEquals(4, door.connections());
    }

    @Test
    void anAnswerThatSettlesNothingDoesNotEndTheErrand() {
        ControlMessage stray = new ControlMessage.Closed(ATTEMPT);
        door.answer(stray, REFUSE);
        errands.deliver(ERRAND, this::hear);
        untilHeard(REFUSE);
        assertEquals(List.of(stray, REFUSE), heard);
        assertEquals(1, door.connections());
    }

    @Test
    void aConnectionThatIsLostBeforeTheAnswerIsMadeAgain() {
        door.loseFor(2);
        door.answer(REFUSE);
        errands.deliver(ERRAND, this::hear);
        untilHeard(REFUSE);
        assertEquals(List.of(YIELD, YIELD, YIELD), door.sent());
    }
}
