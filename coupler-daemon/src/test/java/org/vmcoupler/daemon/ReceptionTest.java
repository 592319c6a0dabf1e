/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.DomainOffer;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.StreamEnds;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.DestinationSetting;
import org.vmcoupler.relay.DataConnector;
import org.vmcoupler.relay.DataHeader;
import org.vmcoupler.relay.DataListener;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.StreamRole;
import org.vmcoupler.time.Poll;

/** The door of a destination: offers, and what is said about attempts that are offered, under way, over or unknown. */
class ReceptionTest {

    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(1, 2);

    private final SimHost host;
    private final DataListener listener;
    private final PeerByHand source = new PeerByHand("their-boot");
    private final Reception reception;

    ReceptionTest(@TempDir Path folder) throws Exception {
        host = new SimHost(folder);
        listener = DataListener.bind(
                host.loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), address -> true);
        Admission admission = new Admission(host.parts, LocalResources.NONE, listener);
        reception = new Reception(host.parts, Optional.of(admission), host.reports(), host.guards());
    }

    @AfterEach
    void stop() {
        listener.close();
        host.close();
    }

    private static ControlMessage.Begin offer(UUID id, String name, int memoryMb) {
        return new ControlMessage.Begin(
                id,
                new DomainOffer(config("pvh", name, memoryMb), 256),
                new DomainOffer(config("pv", name + "-guard", 16), 16),
                false);
    }

    private static String config(String type, String name, int memoryMb) {
        return "{\"c_info\":{\"type\":\"" + type + "\",\"name\":\"" + name + "\",\"uuid\":\""
                + UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                + "\"},\"b_info\":{\"max_vcpus\":1,\"max_memkb\":" + memoryMb * 1024 + ",\"type." + type + "\":{}}}";
    }

    private static void until(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(20), Duration.ofMillis(2)));
    }

    private Decision decision(UUID id) {
        return host.journal.state().decision(id);
    }

    private ErrorCode refused() throws InterruptedException {
        return assertInstanceOf(ControlMessage.Refuse.class, source.next()).code();
    }

    private void accepted(ControlMessage.Begin offer) throws InterruptedException {
        reception.received(source, offer);
        assertInstanceOf(ControlMessage.Accept.class, source.next());
        assertTrue(host.journal.state().open().containsKey(offer.migrationId()));
    }

    /** An expectation that was left would be in the way of a second one. */
    private void assertNothingIsExpected(UUID id) {
        for (StreamRole role : StreamRole.values()) {
            assertDoesNotThrow(() -> listener.expect(id, role, DataToken.draw(host.parts.random()))
                    .cancel(false));
        }
    }

    @Test
    void whatIsSaidDuringAnOfferWaitsForItsEndSoThatTheAttemptHasOneFate() throws Exception {
        CountDownLatch listing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        host.xen.onListing(() -> {
            listing.countDown();
            await(goOn);
        });
        reception.received(source, offer(FIRST, "web", 64));
        assertTrue(listing.await(20, TimeUnit.SECONDS));
        reception.received(source, new ControlMessage.Keep(FIRST, "cancelled"));
        assertEquals(Decision.NONE, decision(FIRST), "nothing is decided while the offer is looked at");
        goOn.countDown();
        assertInstanceOf(ControlMessage.Accept.class, source.next());
        assertEquals(ErrorCode.ROLLED_BACK, refused());
        assertEquals(Decision.REFUSE, decision(FIRST));
        until(() -> host.journal.state().open().isEmpty());
        assertNothingIsExpected(FIRST);
    }

    @Test
    void aConnectionThatIsLostDuringAnOfferEndsTheAttempt() throws Exception {
        CountDownLatch listing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        host.xen.onListing(() -> {
            listing.countDown();
            await(goOn);
        });
        reception.received(source, offer(FIRST, "web", 64));
        assertTrue(listing.await(20, TimeUnit.SECONDS));
        reception.lost(source, "gone");
        goOn.countDown();
        until(() -> decision(FIRST) == Decision.REFUSE);
    }

    @Test
    void anAttemptThatWasRefusedBeforeItsOfferNeverBegins() throws Exception {
        reception.received(source, new ControlMessage.Keep(FIRST, "cancelled"));
        assertEquals(ErrorCode.ROLLED_BACK, refused());
        reception.received(source, offer(FIRST, "web", 64));
        assertEquals(ErrorCode.PROTOCOL, refused());
        assertTrue(host.journal.state().open().isEmpty());
    }

    @Test
    void twoOffersCannotHaveTheSameMemory() throws Exception {
        accepted(offer(FIRST, "web", 600));
        reception.received(source, offer(SECOND, "mail", 600));
        assertEquals(ErrorCode.NO_MEMORY, refused());
        reception.received(source, new ControlMessage.Keep(FIRST, "cancelled"));
        assertEquals(ErrorCode.ROLLED_BACK, refused());
        until(() -> host.journal.state().open().isEmpty());
        accepted(offer(new UUID(1, 3), "mail", 600));
    }

    @Test
    void aPairThatIsBeingReceivedIsNotReceivedTwice() throws Exception {
        accepted(offer(FIRST, "web", 64));
        reception.received(source, offer(SECOND, "web", 64));
        assertEquals(ErrorCode.BUSY, refused());
    }

    @Test
    void whatAComingGuardWasMadeFromIsKnownBeforeItIsHereAndForgottenIfItDoesNotCome() throws Exception {
        ControlMessage.Begin offer = offer(FIRST, "web", 64);
        accepted(offer);
        UUID pair = DomainConfig.parse(offer.target().config()).uuid();
        assertEquals(
                "web-guard--incoming",
                host.guards().recall(pair).map(DomainConfig::name).orElse("unknown"));
        reception.received(source, new ControlMessage.Keep(FIRST, "cancelled"));
        assertEquals(ErrorCode.ROLLED_BACK, refused());
        until(() -> host.guards().recall(pair).isEmpty());
    }

    @Test
    void whatTheGuardOfAPairThatWasTakenIsMadeFromStaysKnown() throws Exception {
        PairFacts pair = new PairFacts("web", new UUID(3, 3), 3, "web-guard", new UUID(4, 4), 4);
        host.journal.append(new JournalRecord.Begin(FIRST, Role.DESTINATION, "beta", "theirs", pair, "boot-1"));
        host.journal.append(new JournalRecord.Take(FIRST));
        host.guards().keep(pair.targetUuid(), DomainConfig.parse(config("pv", "web-guard", 16)));
        DestinationSetting.Origin origin = new DestinationSetting.Origin("beta", "their-boot");
        reception.setting(FIRST, pair, origin, Optional.empty()).ended().run();
        assertTrue(host.guards().recall(pair.targetUuid()).isPresent());
    }

    @Test
    void anUnforeseenExceptionIsAnsweredAndLeavesNothing() throws Exception {
        host.xen.onListing(() -> {
            throw new IllegalStateException("a fault");
        });
        reception.received(source, offer(FIRST, "web", 600));
        assertEquals(ErrorCode.INTERNAL, refused());
        host.xen.onListing(() -> {});
        accepted(offer(SECOND, "web", 600));
    }

    @Test
    void anOfferThatFailsBehindItsBeginIsRefusedByTheJournalAndExpectsNothing() throws Exception {
        var taken = listener.expect(FIRST, StreamRole.GUARD, DataToken.draw(host.parts.random()));
        reception.received(source, offer(FIRST, "web", 64));
        assertEquals(ErrorCode.INTERNAL, refused());
        assertEquals(Decision.REFUSE, decision(FIRST));
        taken.cancel(false);
        assertNothingIsExpected(FIRST);
    }

    @Test
    void aRestoreThatFailsBeforeItBeginsClosesBothDescriptorsAndTheConnection() throws Exception {
        host.xen.nextStream(new StreamEnds(1_000_000_001, 1_000_000_002, 1));
        reception.received(source, offer(FIRST, "web", 64));
        ControlMessage.Accept accept = assertInstanceOf(ControlMessage.Accept.class, source.next());
        byte[] token = HexFormat.of().parseHex(accept.targetToken());
        Channel data = DataConnector.connect(
                        host.loops, listener.address(), new DataHeader(FIRST, StreamRole.TARGET, DataToken.of(token)))
                .get(20, TimeUnit.SECONDS);
        assertEquals(ErrorCode.ROLLED_BACK, refused());
        data.read();
        assertTrue(data.closeFuture().await(20, TimeUnit.SECONDS));
        assertEquals(List.of("close fd 1000000001"), host.xen.diary());
        until(() -> host.journal.state().open().isEmpty());
    }

    @Test
    void aDecisionOfOursAsASourceIsNoAnswerToASource() throws Exception {
        PairFacts pair = new PairFacts("web", new UUID(3, 3), 3, "web-guard", new UUID(4, 4), 4);
        host.journal.append(new JournalRecord.Begin(FIRST, Role.SOURCE, "beta", "theirs", pair, "boot-1"));
        reception.received(source, new ControlMessage.Yield(FIRST));
        reception.received(source, new ControlMessage.Inquire(FIRST, host.journal.id()));
        assertEquals(new ControlMessage.Answer(FIRST, Decision.NONE), source.next());
        assertFalse(host.journal.state().settled().containsKey(FIRST));
    }

    @Test
    void anInquiryMakesRefuseOfNoneAndUnknownOfAnotherJournal() throws Exception {
        reception.received(source, new ControlMessage.Inquire(FIRST, "another"));
        assertEquals(new ControlMessage.Answer(FIRST, Decision.UNKNOWN), source.next());
        assertEquals(Decision.NONE, decision(FIRST));
        reception.received(source, new ControlMessage.Inquire(FIRST, host.journal.id()));
        assertEquals(new ControlMessage.Answer(FIRST, Decision.REFUSE), source.next());
        assertEquals(Decision.REFUSE, decision(FIRST));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
