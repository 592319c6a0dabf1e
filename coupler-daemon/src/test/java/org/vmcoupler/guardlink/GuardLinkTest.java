/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.InMemoryXenstore;

/** The daemon's side against what a hostile guard may write. {@code @} in a reply stands for the request's sequence number. */
class GuardLinkTest {

    private static final String REQUEST = "/local/domain/9/vmcoupler/request";
    private static final String REPLY = "/local/domain/9/data/vmcoupler/reply";
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String ZERO_32 = "0".repeat(32);
    private static final String ZERO_64 = "0".repeat(64);
    private static final String HEAD = "{\"v\":1,\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":true,";
    private static final String STANDING = "\"state\":\"watching\",\"domid\":5,\"agent\":\"a\",";
    private static final String FIGURES =
            "\"windows\":1,\"mappedPages\":2,\"holes\":0,\"counterGfn\":-1,\"counter\":-1,\"looks\":3,\"largestStep\":4,\"viewAgeMs\":9,\"labSwitches\":[]}";

    private final InMemoryXenstore store = new InMemoryXenstore();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final GuardLink link = new GuardLink(store, new Domid(9), ended::get, 0);

    private GuardLink.Asked<GuardReply.Status> status() {
        return link.writeInAdvance("m", new GuardRequest.Status(), Map.of());
    }

    private void reply(GuardLink.Asked<?> asked, String text) {
        store.write(REPLY, text.replace("@", Long.toString(asked.sequence())));
    }

    @Test
    void aGuardThatHasEndedIsNotWaitedFor() {
        GuardLink.Asked<GuardReply.Status> asked = status();
        ended.set(true);
        GuardSilent e = assertThrows(GuardSilent.class, () -> link.awaitReply(asked, Duration.ofDays(1)));
        assertEquals("Guard 9 has ended and does not answer \"status\".", e.getMessage());
    }

    @Test
    void nobodyWaitsForOthersLongerThanItsOwnDeadline() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread other = new Thread(() -> link.alone(LONG, left -> {
            begun.countDown();
            return awaitQuietly(over);
        }));
        other.start();
        assertTrue(begun.await(10, TimeUnit.SECONDS));
        long before = System.nanoTime();
        GuardSilent e = assertThrows(GuardSilent.class, () -> link.request("m", new GuardRequest.Status(), SHORT));
        assertTrue(System.nanoTime() - before < LONG.toNanos());
        assertTrue(String.valueOf(e.getMessage()).contains("asked by others"), e::getMessage);
        assertEquals(0, link.lastSequence(), "its number is known without a wait, and nothing was asked");
        over.countDown();
        other.join();
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void aGoodAnswerIsTaken() {
        GuardLink.Asked<GuardReply.Status> asked = status();
        reply(asked, HEAD + STANDING + FIGURES);
        GuardReply.Status answer = link.awaitReply(asked, LONG);
        assertEquals(new GuardStanding(GuardStanding.State.WATCHING, 5, "a"), answer.standing());
        assertEquals(new GuardReply.Coverage(2, 0), answer.coverage());
        assertEquals(4, answer.largestStep());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[1]",
                "null",
                "{\"v\":1",
                "{\"v\":2,\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
                "{\"v\":\"1\",\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"other\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\",\"seq\":0,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\",\"seq\":\"@\",\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\",\"seq\":@.5,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\",\"seq\":99999999999999999999,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\",\"seq\":@,\"op\":\"watch\",\"ok\":true}",
                "{\"v\":1,\"v\":1,\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"mid\":\"m\u00e9\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
                "{\"v\":1,\"a\":[[[[[[]]]]]],\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":true}",
            })
    void whatIsNoAnswerToThisRequestIsPassedOverUntilTheRightOneComes(String stray) {
        GuardLink.Asked<GuardReply.Status> asked = status();
        reply(asked, stray);
        assertThrows(GuardSilent.class, () -> link.awaitReply(asked, SHORT));
        reply(asked, HEAD + STANDING + FIGURES);
        assertEquals(3, link.awaitReply(asked, LONG).looks());
    }

    @Test
    void anAnswerBeyondTheLimitIsPassedOver() {
        GuardLink.Asked<GuardReply.Status> asked = status();
        String good = HEAD + STANDING + FIGURES;
        reply(asked, good + " ".repeat(4000));
        assertThrows(GuardSilent.class, () -> link.awaitReply(asked, SHORT));
        reply(asked, "{\"a\":\"" + "x".repeat(1_000_000) + "\"," + good.substring(1));
        assertThrows(GuardSilent.class, () -> link.awaitReply(asked, SHORT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"state\":\"asleep\",\"domid\":5,\"agent\":\"a\"," + FIGURES,
                "\"state\":3,\"domid\":5,\"agent\":\"a\"," + FIGURES,
                "\"state\":\"watching\",\"domid\":32752,\"agent\":\"a\"," + FIGURES,
                "\"state\":\"watching\",\"domid\":-2,\"agent\":\"a\"," + FIGURES,
                STANDING + "\"windows\":1}",
                STANDING
                        + "\"windows\":1,\"mappedPages\":2,\"holes\":0,\"counterGfn\":1073741824,\"counter\":1,\"looks\":3,\"largestStep\":4}",
                STANDING
                        + "\"windows\":1,\"mappedPages\":2,\"holes\":0,\"counterGfn\":-1,\"counter\":9223372036854775808,\"looks\":3,\"largestStep\":4}",
                STANDING
                        + "\"windows\":1,\"mappedPages\":-1,\"holes\":0,\"counterGfn\":-1,\"counter\":-1,\"looks\":3,\"largestStep\":4}",
            })
    void aFieldOutOfRangeIsABrokenReplyAndNoValue(String fields) {
        GuardLink.Asked<GuardReply.Status> asked = status();
        reply(asked, HEAD + fields);
        GuardFailure failure = assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG));
        assertEquals(GuardFailure.Code.BAD_REPLY, failure.code());
    }

    @Test
    void aProofOfAnotherLengthOrAlphabetIsBroken() {
        Challenge challenge = new Challenge(ZERO_32, List.of(1L), 7, 0);
        for (String proof : List.of("0", ZERO_64 + "0", ZERO_64.replace('0', 'G'), ZERO_64.replace('0', 'A'))) {
            GuardLink.Asked<GuardReply.Look> asked =
                    link.writeInAdvance("m", new GuardRequest.Watch(1, false, challenge), Map.of());
            reply(
                    asked,
                    HEAD.replace("status", "watch") + STANDING + "\"proof\":\"" + proof + "\",\"planted\":\"" + ZERO_32
                            + "\",\"vmcoreinfo\":\"\",\"watched\":\"" + ZERO_64 + "\"," + FIGURES);
            GuardFailure failure = assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG), proof);
            assertEquals(GuardFailure.Code.BAD_REPLY, failure.code());
        }
    }

    @Test
    void prepareMustBringItsOwnNonceBack() {
        GuardLink.Asked<GuardReply.Prepared> asked =
                link.writeInAdvance("m", new GuardRequest.Prepare(ZERO_32), Map.of());
        String head = HEAD.replace("status", "prepare") + STANDING;
        reply(asked, head + "\"nonce\":\"" + "1".repeat(32) + "\"," + FIGURES);
        assertEquals(
                GuardFailure.Code.BAD_REPLY,
                assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG))
                        .code());
        reply(asked, head + "\"nonce\":\"" + ZERO_32 + "\"," + FIGURES);
        assertEquals(ZERO_32, link.awaitReply(asked, LONG).nonce());
    }

    @Test
    void aFailureIsNamedWithItsProcessAndWithoutTheGuardsControlCharacters() {
        GuardLink.Asked<GuardReply.Quiesced> asked =
                link.writeInAdvance("m", new GuardRequest.Quiesce(java.util.Optional.empty()), Map.of());
        reply(
                asked,
                "{\"v\":1,\"mid\":\"m\",\"seq\":@,\"op\":\"quiesce\",\"ok\":false,\"error\":{\"code\":\"FOREIGN_MAPPING\","
                        + "\"message\":\"\\u001b[2J\\n" + "y".repeat(1_000) + "\",\"pid\":33,\"comm\":\"d\\u0000d\"}}");
        GuardFailure failure = assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG));
        assertEquals(GuardFailure.Code.FOREIGN_MAPPING, failure.code());
        assertEquals(33, failure.pid());
        assertEquals("d?d", failure.comm());
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
        assertTrue(message.length() < 700, () -> message.length() + " characters");
    }

    @Test
    void anErrorOfNoKnownKindOrTheDaemonsOwnIsBroken() {
        for (String code : List.of("BAD_REPLY", "EVERYTHING_FINE", "")) {
            GuardLink.Asked<GuardReply.Status> asked = status();
            reply(
                    asked,
                    "{\"v\":1,\"mid\":\"m\",\"seq\":@,\"op\":\"status\",\"ok\":false,\"error\":{\"code\":\"" + code
                            + "\"}}");
            GuardFailure failure = assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG));
            assertTrue(String.valueOf(failure.getMessage()).contains("without a known code"), failure::toString);
        }
    }

    @Test
    void aLateAnswerToAnEarlierRequestAnswersNoLaterOne() {
        GuardLink.Asked<GuardReply.Status> first = status();
        GuardLink.Asked<GuardReply.Status> second = status();
        reply(first, HEAD + STANDING + FIGURES);
        assertThrows(GuardSilent.class, () -> link.awaitReply(second, SHORT));
    }

    @Test
    void eachRequestTakesTheOldReplyAwayAndCountsOn() {
        store.write(REPLY, "old");
        GuardLink.Asked<GuardReply.Status> first = status();
        assertEquals(Optional.empty(), store.read(REPLY));
        assertEquals(first.sequence() + 1, status().sequence());
        assertEquals(1, first.sequence());
        assertTrue(store.read(REQUEST).orElseThrow().contains("\"op\":\"status\""));
    }

    @Test
    void aNewDaemonCountsOnFromTheLastRequest() {
        long last = status().sequence();
        assertEquals(last + 1, nextSequence(new GuardLink(store, new Domid(9), ended::get, 0)));
        for (String garbage : List.of("garbage", "{\"seq\":-5}", "{\"seq\":9007199254740992}")) {
            store.write(REQUEST, garbage);
            assertEquals(1, nextSequence(new GuardLink(store, new Domid(9), ended::get, 0)), garbage);
        }
    }

    @Test
    void aGuardFromElsewhereIsAskedWithHigherNumbersThanThere() {
        assertEquals(78, nextSequence(new GuardLink(store, new Domid(9), ended::get, 77)));
        assertEquals(79, nextSequence(new GuardLink(store, new Domid(9), ended::get, 3)));
        assertThrows(IllegalArgumentException.class, () -> new GuardLink(store, new Domid(9), ended::get, -1));
        GuardLink used = new GuardLink(store, new Domid(9), ended::get, GuardLink.SEQUENCE_MAX);
        assertThrows(IllegalStateException.class, () -> nextSequence(used));
        assertThrows(
                IllegalArgumentException.class,
                () -> new GuardLink(store, new Domid(9), ended::get, GuardLink.SEQUENCE_MAX + 1));
    }

    private static long nextSequence(GuardLink link) {
        return link.writeInAdvance("m", new GuardRequest.Status(), Map.of()).sequence();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"frozenView\"", "[1]", "[\"two words\"]", "[\"\"]", "{}"})
    void aListOfSwitchesThatIsNoneIsABrokenReply(String list) {
        GuardLink.Asked<GuardReply.Status> asked = status();
        reply(asked, HEAD + STANDING + FIGURES.replace("[]", list));
        GuardFailure failure = assertThrows(GuardFailure.class, () -> link.awaitReply(asked, LONG));
        assertEquals(GuardFailure.Code.BAD_REPLY, failure.code());
    }

    @Test
    void aMigrationIdThatCouldBreakThePathIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> link.request("../x", new GuardRequest.Status(), SHORT));
        assertEquals(Optional.empty(), store.read(REQUEST));
    }
}
