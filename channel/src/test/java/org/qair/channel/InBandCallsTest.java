package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixPaths;
import org.qair.channel.unix.UnixServer;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** Calls whose data go on the connection that they came by. */
@Timeout(60)
class InBandCallsTest {
    private final IOException otherwise = new IOException("the other side wants a vchan");

    @TempDir
    Path directory;

    private final TestSwitchboard switchboard = new TestSwitchboard();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch withdrawn = new CountDownLatch(1);
    private Path socket;
    private UnixServer server;

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("in-band");
        server = UnixServer.open(SocketFile.ownerOnly(socket), new InBandCalls(this::admit, log::add));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private AdmittedCall admit(PeerIdentity peer, TriggerService request)
            throws org.qair.call.CallException, InterruptedException {
        assertThat(peer.user().getName()).isEqualTo(System.getProperty("user.name"));
        if (request.uncheckedService().equals("ask.Somebody")) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException withdrawal) {
                withdrawn.countDown();
                throw withdrawal;
            }
        }
        return switchboard.admit(new UncheckedCall(
                new QubeName("relay"),
                Optional.of(request.uncheckedSource()),
                request.uncheckedTarget(),
                request.uncheckedService(),
                "test"));
    }

    private CallerChannel call(String service, OutputStream errors) throws IOException {
        return Trigger.callInBand(
                socket, TriggerService.inBand("vm1", "", service), errors, new Cancellation(), otherwise);
    }

    @Test
    void streamsAndExitCodeGoOnTheOneConnection() throws Exception {
        switchboard.with("echo", (asked, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            streams.stderr().write("err".getBytes(UTF_8));
            return 7;
        });
        byte[] bytes = new byte[3_000_000];
        new Random(3).nextBytes(bytes);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = call("echo+arg", errors)) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try (OutputStream stdin = call.stdin()) {
                    stdin.write(bytes);
                } catch (IOException lost) {
                    log.add(lost.toString());
                }
            });
            assertThat(call.stdout().readAllBytes()).isEqualTo(bytes);
            assertThat(call.exitCode()).isEqualTo(7);
            sender.join();
        }
        assertThat(errors.toString(UTF_8)).isEqualTo("err");
        assertThat(switchboard.asked.getFirst().requestedSource()).hasValue("vm1");
        assertThat(switchboard.asked.getFirst().service()).isEqualTo("echo+arg");
        assertThat(log).isEmpty();
    }

    @Test
    void aRefusedCallerSeesItsConnectionClose() {
        assertThatThrownBy(() -> call("absent", OutputStream.nullOutputStream()))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void aCallerWhoseCallFailsIsToldSoAndNotWhy() throws Exception {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = call(TestSwitchboard.FAILING, errors)) {
            assertThat(call.stdout().readAllBytes()).isEmpty();
            assertThat(call.exitCode()).isEqualTo(125);
        }
        assertThat(errors.toString(UTF_8)).isEqualTo("Request failed\n");
        assertThat(log).isEmpty();
    }

    @Test
    void aCallerThatMakesAVchanIsRefusedAtOnce() throws Exception {
        switchboard.with("echo", (asked, streams) -> 0);
        try (SocketChannel stock = UnixPaths.connect(socket)) {
            Bytes.writeFully(stock, TriggerService.request("", "", "echo").encode());
            assertThat(stock.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(switchboard.asked).isEmpty();
        assertThat(log).singleElement().asString().contains("makes a vchan");
    }

    @Test
    void aSocketWhoseSideWantsAVchanIsTold() throws Exception {
        Path other = directory.resolve("trigger");
        try (UnixServer _ = UnixServer.open(SocketFile.ownerOnly(other), connection -> {
            TriggerRequest.read(connection, Duration.ofMinutes(1));
            Bytes.writeFully(connection, new VchanAddress(0, 513).encode());
        })) {
            assertThatThrownBy(() -> Trigger.callInBand(
                            other,
                            TriggerService.inBand("", "", "echo"),
                            OutputStream.nullOutputStream(),
                            new Cancellation(),
                            otherwise))
                    .isSameAs(otherwise);
        }
    }

    @Test
    void aCallerThatGoesAwayEndsItsCall() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        switchboard.with("wait", (asked, streams) -> {
            started.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        CallerChannel call = call("wait", OutputStream.nullOutputStream());
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        call.close();
        assertThat(switchboard.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void aCallerThatGoesAwayBeforeTheAnswerWithdrawsItsCall() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(HangupWatch.isAvailable());
        try (SocketChannel caller = UnixPaths.connect(socket)) {
            Bytes.writeFully(
                    caller, TriggerService.inBand("", "", "ask.Somebody").encode());
        }
        assertThat(withdrawn.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
