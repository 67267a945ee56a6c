package org.qair.host.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.SocketFile;
import org.qair.host.PolicyDirectory;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Policy;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/** The policy socket, asked over a real one. */
@Timeout(120)
class PolicyDaemonTest {
    private static final String HELLO = "source=work\nintended_target=vault\nservice_and_arg=svc\n";

    @TempDir
    Path directory;

    private final AtomicReference<Judge> inForce = new AtomicReference<>();
    private SystemInfo system;
    private PolicyDaemon daemon;

    /** A policy as a judge. */
    private record Loaded(Policy policy) implements Judge {
        @Override
        public Decision decide(SystemInfo system, Request request) {
            return policy.evaluate(system, request);
        }

        @Override
        public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
            return policy.answer(system, request, ask, chosen);
        }
    }

    /** The same answer to all. */
    private record Fixed(Supplier<Decision> decision) implements Judge {
        @Override
        public Decision decide(SystemInfo system, Request request) {
            return decision.get();
        }

        @Override
        public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
            return decision.get();
        }
    }

    @BeforeEach
    void open() throws Exception {
        system = VectorSystem.read();
        inForce.set(
                new Loaded(Policy.parse(new PolicyDirectory(Path.of("/"), Transcript.DIRECTORY, Optional.empty()))));
        daemon =
                PolicyDaemon.open(SocketFile.ownerOnly(socket()), () -> system, inForce::get, UnaryOperator.identity());
    }

    @AfterEach
    void close() throws IOException {
        daemon.close();
    }

    private Path socket() {
        return directory.resolve("policy.sock");
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
            channel.write(left);
        }
    }

    private static String answer(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** Asks as the field's clients do: the writing side stays open. */
    private String ask(byte[] question) throws IOException {
        try (SocketChannel channel = connect()) {
            write(channel, question);
            return answer(channel);
        }
    }

    private String ask(String question) throws IOException {
        return ask(question.getBytes(StandardCharsets.US_ASCII));
    }

    @TestFactory
    List<DynamicTest> transcripts() throws IOException {
        List<DynamicTest> tests = new java.util.ArrayList<>();
        for (String file : List.of("decisions.txt", "remotevm.txt", "flags.txt", "malformed.txt")) {
            List<Transcript> all = Transcript.of(Transcript.DIRECTORY.resolve(file));
            assertThat(all).as(file).isNotEmpty();
            all.forEach(one -> tests.add(DynamicTest.dynamicTest(
                    file + ": " + one.name(),
                    () -> assertThat(ask(one.question())).isEqualTo(one.answerText()))));
        }
        return tests;
    }

    @Test
    void theSocketIsItsOwnersAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        daemon.close();
        assertThat(socket()).doesNotExist();
    }

    @Test
    void aQuestionMayComeByteByByte() throws Exception {
        try (SocketChannel channel = connect()) {
            for (byte one : (HELLO + "just_evaluate=yes\n\n").getBytes(StandardCharsets.US_ASCII)) {
                write(channel, new byte[] {one});
            }
            assertThat(answer(channel)).isEqualTo("result=allow");
        }
    }

    @Test
    void aQuestionThatEndsWithoutItsEmptyLineHasNoAnswer() throws Exception {
        for (String cut : List.of("", "source=wo", HELLO, HELLO + "just_evaluate=yes")) {
            try (SocketChannel channel = connect()) {
                write(channel, cut.getBytes(StandardCharsets.US_ASCII));
                channel.shutdownOutput();
                assertThat(answer(channel)).as(cut).isEmpty();
            }
        }
    }

    @Test
    void theLongestServiceIsJudgedAndALongerOneRefused() throws Exception {
        String longest = "long+" + "a".repeat(64_995);
        String question = "source=work\nintended_target=%s\nservice_and_arg=%s\n\n";
        assertThat(ask(question.formatted("vault", longest))).contains("result=allow", "target=vault");
        assertThat(ask(question.formatted("vault", longest + "a"))).isEqualTo("result=deny");
    }

    @Test
    void anAnswerThatAClientCouldNotReadWholeIsNo() throws Exception {
        String question = "source=work\nintended_target=pi1\nservice_and_arg=long+%s\n\n";
        String fits = ask(question.formatted("a".repeat(3_800)));
        assertThat(fits).contains("service=qubesair.SSHProxy+pi1+long+aaa").hasSizeBetween(3_900, 4_096);
        String most = ask(question.formatted("a".repeat(3_800 + 4_096 - fits.length())));
        assertThat(most).hasSize(4_096);
        assertThat(ask(question.formatted("a".repeat(3_801 + 4_096 - fits.length()))))
                .isEqualTo("result=deny");
    }

    @Test
    void aFloodWithoutAnEndIsClosed() throws Exception {
        try (SocketChannel channel = connect()) {
            byte[] line = ("source=" + "a".repeat(1_000) + "\n").getBytes(StandardCharsets.US_ASCII);
            boolean cutOff = false;
            for (int i = 0; i < 100_000 && !cutOff; i++) {
                cutOff = !accepts(channel, line);
            }
            assertThat(cutOff).isTrue();
        }
        assertThat(ask(HELLO + "just_evaluate=yes\n\n")).isEqualTo("result=allow");
    }

    private static boolean accepts(SocketChannel channel, byte[] bytes) {
        try {
            write(channel, bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void whoAsksNothingIsNotWaitedForForEver() throws Exception {
        daemon.close();
        daemon = PolicyDaemon.open(SocketFile.ownerOnly(socket()), () -> system, inForce::get, Duration.ofMillis(200));
        try (SocketChannel silent = connect();
                SocketChannel slow = connect()) {
            write(slow, HELLO.getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(silent)).isEmpty();
            assertThat(answer(slow)).isEmpty();
        }
    }

    /** A person who allows everything, to the first target there is. */
    private static Judge agreeable(Judge judge) {
        return new Judge() {
            @Override
            public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
                return judge.answer(system, request, ask, chosen);
            }

            @Override
            public Decision decide(SystemInfo system, Request request) {
                Decision decision = judge.decide(system, request);
                return decision instanceof Decision.Ask ask
                        ? judge.answer(
                                system, request, ask, ask.targets().iterator().next())
                        : decision;
            }
        };
    }

    @Test
    void whereThePolicySaysToAskAPersonIsAsked() throws Exception {
        daemon.close();
        daemon = PolicyDaemon.open(
                SocketFile.ownerOnly(socket()), () -> system, inForce::get, PolicyDaemonTest::agreeable);
        String question = "source=work\nintended_target=vault\nservice_and_arg=ask\n";
        assertThat(ask(question + "\n")).contains("result=allow");
        assertThat(ask(question + "just_evaluate=yes\n\n")).isEqualTo("result=deny");
    }

    @Test
    void whoHangsUpIsNoLongerAskedFor() throws Exception {
        daemon.close();
        CompletableFuture<String> person = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        daemon = PolicyDaemon.open(
                SocketFile.ownerOnly(socket()),
                () -> system,
                inForce::get,
                judge -> new Fixed(() -> {
                    asked.countDown();
                    try {
                        Thread.sleep(Duration.ofMinutes(5));
                    } catch (InterruptedException withdrawn) {
                        person.complete("withdrawn");
                    }
                    return new Decision.Deny("withdrawn", false, Optional.empty(), List.of());
                }));
        try (SocketChannel channel = connect()) {
            write(channel, (HELLO + "\n").getBytes(StandardCharsets.US_ASCII));
            asked.await();
        }
        assertThat(person.get()).isEqualTo("withdrawn");
    }

    @Test
    void thePolicyOfTheMomentDecides() throws Exception {
        assertThat(ask(HELLO + "\n")).contains("result=allow");
        inForce.set(new Fixed(() -> new Decision.Deny("none is loaded", false, Optional.empty(), List.of())));
        assertThat(ask(HELLO + "\n")).isEqualTo("result=deny");
    }

    @Test
    void aFaultOfOneQuestionIsThatQuestionsAlone() throws Exception {
        Judge whole = inForce.get();
        inForce.set(new Fixed(() -> {
            throw new IllegalStateException("a fault");
        }));
        assertThat(ask(HELLO + "\n")).isEmpty();
        inForce.set(whole);
        assertThat(ask(HELLO + "\n")).contains("result=allow");
    }
}
