/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.hypervisor.Domid;

class ShimServerTest {

    private static final long OWN_PID = ProcessHandle.current().pid();

    private final Path temporary;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Heard heard = new Heard();
    private final Path folder;
    private ShimServer server;

    ShimServerTest(@TempDir Path temporary) {
        this.temporary = temporary;
        this.folder = temporary.resolve("shim");
    }

    @BeforeEach
    void start() throws IOException {
        server = ShimServer.start(folder, loops, check(OWN_PID), Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A check under which this very process is a child of {@code parent}. */
    private static HelperCheck check(long parent) throws IOException {
        return new HelperCheck(
                ShimFolder.ownUid(), parent, pid -> Optional.of(new ProcessTable.Stat(OWN_PID, 77, false)));
    }

    @Test
    void aSaveIsHeardAndSteeredFromHelloToDone() throws Exception {
        server.expect(4711, ShimRole.SAVE, heard);
        Path token = folder.resolve("4711.token");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(token)));
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", Files.readString(token).trim());
            assertEquals("hello 5", heard.next());
            ShimSession session = heard.session();
            assertEquals(new HelperProcess(OWN_PID, 77), session.process());
            assertThrows(IllegalStateException.class, () -> session.answer(ShimAnswer.STOP));
            assertTrue(session.answer(ShimAnswer.OK));
            assertEquals("OK", shim.line());
            assertThrows(IllegalStateException.class, () -> session.answer(ShimAnswer.OK));
            shim.say("POLICY iteration=0 written=0 dirty=9 logdirty=software deferred=0");
            assertEquals(new ShimMessage.Policy(0, 0, 9, false, 0).toString(), heard.next());
            session.answer(ShimAnswer.STOP);
            assertEquals("STOP", shim.line());
            shim.say("SUSPEND");
            assertEquals("Suspend[]", heard.next());
            session.answer(ShimAnswer.SUSPEND);
            assertEquals("SUSPEND", shim.line());
            shim.say("SUSPENDED result=1 paused=1");
            assertEquals("Suspended[suspended=true, paused=true]", heard.next());
            session.answer(ShimAnswer.OK);
            assertEquals("OK", shim.line());
            shim.say("DONE rc=0 errno=0");
            assertEquals("done 0 0", heard.next());
        }
        assertEquals("closed", heard.next());
        assertFalse(heard.session().answer(ShimAnswer.OK));
    }

    @Test
    void aWrongTokenRoleOrPidIsTurnedAwayAndTheRightHelperStillComes() throws Exception {
        Expectation expected = server.expect(1, ShimRole.RESTORE, heard);
        refused("HELLO abi=1 role=restore domid=5 pid=" + OWN_PID + " token=" + "0".repeat(32));
        refused("HELLO abi=1 role=save domid=5 pid=" + OWN_PID + " token=" + expected.token());
        refused("HELLO abi=1 role=restore domid=5 pid=1 token=" + expected.token());
        refused("SUSPEND");
        refused("x".repeat(600));
        try (FakeShim shim = new FakeShim()) {
            shim.hello("restore", expected.token());
            assertEquals("hello 5", heard.next());
        }
        refused("HELLO abi=1 role=restore domid=5 pid=" + OWN_PID + " token=" + expected.token());
    }

    @Test
    void aStrangerThatIsNoChildIsTurnedAway() throws Exception {
        Path other = temporary.resolve("other");
        try (ShimServer strict = ShimServer.start(other, loops, check(OWN_PID + 1), Duration.ofSeconds(5))) {
            Expectation expected = strict.expect(1, ShimRole.SAVE, heard);
            try (FakeShim shim = new FakeShim(other)) {
                shim.hello("save", expected.token());
                assertEquals("", shim.line());
            }
        }
        assertTrue(heard.queue.isEmpty());
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        Path other = temporary.resolve("hasty");
        try (ShimServer hasty = ShimServer.start(other, loops, check(OWN_PID), Duration.ofMillis(50));
                FakeShim shim = new FakeShim(other)) {
            assertEquals("", shim.line());
            assertTrue(Files.exists(other.resolve("shim.sock")), hasty::toString);
        }
        assertFalse(Files.exists(other.resolve("shim.sock")));
    }

    @Test
    void aMessageWhileAQuestionIsPendingEndsTheConversation() throws Exception {
        Expectation expected = server.expect(1, ShimRole.SAVE, heard);
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", expected.token());
            assertEquals("hello 5", heard.next());
            shim.say("SUSPEND");
            assertEquals("", shim.line());
        }
        assertEquals("closed", heard.next());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO abi=1 role=save domid=6 pid=1 token=00000000000000000000000000000000",
                "POLICY iteration=-1 written=0 dirty=0 logdirty=software deferred=0",
                "DONE rc=0",
                "\0\u0001\u00ff\u00fe garbage",
                "",
            })
    void aHelperThatBreaksTheProtocolAfterItsHelloIsCutOffAndItsOwnerHears(String line) throws Exception {
        Expectation expected = server.expect(1, ShimRole.SAVE, heard);
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", expected.token());
            assertEquals("hello 5", heard.next());
            heard.session().answer(ShimAnswer.OK);
            assertEquals("OK", shim.line());
            shim.say(line);
            assertEquals("", shim.line());
        }
        assertEquals("closed", heard.next());
        assertFalse(heard.session().answer(ShimAnswer.OK));
    }

    @Test
    void helloTwiceEndsTheConversation() throws Exception {
        Expectation expected = server.expect(1, ShimRole.SAVE, heard);
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", expected.token());
            assertEquals("hello 5", heard.next());
            heard.session().answer(ShimAnswer.OK);
            assertEquals("OK", shim.line());
            shim.hello("save", expected.token());
            assertEquals("", shim.line());
        }
        assertEquals("closed", heard.next());
    }

    @Test
    void aLineWithoutEndIsCutOffAtTheLimit() throws Exception {
        Expectation expected = server.expect(1, ShimRole.SAVE, heard);
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", expected.token());
            assertEquals("hello 5", heard.next());
            shim.sayRaw("x".repeat(ShimLines.LIMIT_BYTES));
            assertEquals("", shim.line());
        }
        assertEquals("closed", heard.next());
    }

    @Test
    void anotherAbiVersionIsRefusedAndItsTokenStaysGood() throws Exception {
        Expectation expected = server.expect(1, ShimRole.SAVE, heard);
        refused("HELLO abi=2 role=save domid=5 pid=" + OWN_PID + " token=" + expected.token());
        try (FakeShim shim = new FakeShim()) {
            shim.hello("save", expected.token());
            assertEquals("hello 5", heard.next());
        }
    }

    @Test
    void moreConnectionsThanTheLimitAreClosedAtOnce() throws Exception {
        List<FakeShim> open = new ArrayList<>();
        try {
            for (int i = 0; i < ShimServer.CONNECTIONS_MAX; i++) {
                open.add(new FakeShim());
            }
            FakeShim beyond = new FakeShim();
            open.add(beyond);
            assertEquals("", beyond.line());
        } finally {
            for (FakeShim shim : open) {
                shim.close();
            }
        }
    }

    @Test
    void aRestoreHelperCannotAskToSuspend() throws Exception {
        Expectation expected = server.expect(1, ShimRole.RESTORE, heard);
        try (FakeShim shim = new FakeShim()) {
            shim.hello("restore", expected.token());
            assertEquals("hello 5", heard.next());
            heard.session().answer(ShimAnswer.OK);
            assertEquals("OK", shim.line());
            shim.say("SUSPEND");
            assertEquals("", shim.line());
        }
        assertEquals("closed", heard.next());
    }

    @Test
    void closingTheExpectationTakesTheTokenAway() throws Exception {
        Expectation expected = server.expect(9, ShimRole.SAVE, heard);
        expected.close();
        assertFalse(Files.exists(folder.resolve("9.token")));
        refused("HELLO abi=1 role=save domid=5 pid=" + OWN_PID + " token=" + expected.token());
    }

    private void refused(String line) throws IOException {
        try (FakeShim shim = new FakeShim()) {
            shim.say(line);
            assertEquals("", shim.line());
        }
        assertTrue(heard.queue.stream().allMatch("closed"::equals), heard.queue::toString);
    }

    /** A client of the socket that says what it is told to. */
    private final class FakeShim implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);

        FakeShim() throws IOException {
            this(folder);
        }

        FakeShim(Path where) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(where.resolve("shim.sock")));
        }

        void hello(String role, String token) throws IOException {
            say("HELLO abi=1 role=" + role + " domid=5 pid=" + OWN_PID + " token=" + token);
        }

        void say(String line) throws IOException {
            sayRaw(line + "\n");
        }

        void sayRaw(String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        }

        /** Returns the next line, or nothing when the daemon has closed the socket. */
        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            ByteBuffer one = ByteBuffer.allocate(1);
            try {
                while (channel.read(one.clear()) == 1 && one.get(0) != '\n') {
                    line.append((char) one.get(0));
                }
            } catch (IOException reset) {
                return "";
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Writes down what it hears. */
    private static final class Heard implements ShimListener {
        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        private volatile @Nullable ShimSession session;

        ShimSession session() {
            return Objects.requireNonNull(session, "no helper has said HELLO");
        }

        String next() throws InterruptedException {
            return String.valueOf(queue.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public void hello(ShimSession begun, ShimMessage.Hello hello) {
            session = begun;
            Domid domid = hello.domid();
            queue.add("hello " + domid);
        }

        @Override
        public void asked(ShimSession asking, ShimMessage question) {
            queue.add(question.toString());
        }

        @Override
        public void done(int rc, int errno) {
            queue.add("done " + rc + " " + errno);
        }

        @Override
        public void closed() {
            queue.add("closed");
        }
    }
}
