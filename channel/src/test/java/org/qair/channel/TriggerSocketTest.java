package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.UnixPaths;
import org.qair.policy.QubeName;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;

@Timeout(120)
class TriggerSocketTest {
    @TempDir
    Path directory;

    private final TestSwitchboard switchboard = new TestSwitchboard();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final DataPorts ports = new DataPorts();
    private Path socket = Path.of("unset");
    private LocalCaller caller = new LocalCaller(new QubeName("unset"), 1, Path.of("unset"));
    private TriggerSocket door;

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("qrexec-agent");
        caller = new LocalCaller(new QubeName("work"), 7, directory);
        door = openAt(socket);
    }

    @AfterEach
    void close() throws IOException {
        door.close();
    }

    private TriggerSocket openAt(Path path) throws IOException {
        return TriggerSocket.open(
                path, PosixFilePermissions.fromString("rw-rw----"), caller, switchboard, ports, log::add);
    }

    private CallerChannel call(String service) throws IOException {
        return call(service, OutputStream.nullOutputStream());
    }

    private CallerChannel call(String service, OutputStream errors) throws IOException {
        return Trigger.call(
                socket,
                new VchanLocation(7, directory),
                TriggerService.request("", "@default", service),
                errors,
                new Cancellation());
    }

    @Test
    void carriesStreamsBothWaysAndTheExitCode() throws Exception {
        switchboard.with("echo", (asked, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            streams.stderr().write("done".getBytes(UTF_8));
            return 42;
        });
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = call("echo+arg", errors)) {
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            call.stdin().write(all);
            call.stdin().close();
            assertThat(call.stdout().readAllBytes()).isEqualTo(all);
            assertThat(call.exitCode()).isEqualTo(42);
        }
        assertThat(errors.toString(UTF_8)).isEqualTo("done");
        assertThat(switchboard.asked.getFirst().caller()).isEqualTo(new QubeName("work"));
        assertThat(switchboard.asked.getFirst().service()).isEqualTo("echo+arg");
        assertThat(switchboard.asked.getFirst().requestedSource()).isEmpty();
    }

    @Test
    void aCallWhoseDataGoOnTheConnectionOfItsRequestTakesNoPort() throws Exception {
        switchboard.with("echo", (asked, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            streams.stderr().write("done".getBytes(UTF_8));
            return 42;
        });
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = Trigger.callInBand(
                socket,
                TriggerService.inBand("far", "@default", "echo"),
                errors,
                new Cancellation(),
                new IOException("a vchan"))) {
            call.stdin().write("question".getBytes(UTF_8));
            call.stdin().close();
            assertThat(call.stdout().readAllBytes()).asString(UTF_8).isEqualTo("question");
            assertThat(call.exitCode()).isEqualTo(42);
        }
        assertThat(errors.toString(UTF_8)).isEqualTo("done");
        assertThat(switchboard.asked.getFirst().caller()).isEqualTo(new QubeName("work"));
        assertThat(switchboard.asked.getFirst().requestedSource()).hasValue("far");
        assertThat(ports.taken(7)).isZero();
    }

    @Test
    void aRefusedCallerSeesItsConnectionClose() {
        assertThatThrownBy(() -> call("absent")).isInstanceOf(RefusedException.class);
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
    void twoHundredCallsAtOnceAllGetTheirOwnBytes() throws Exception {
        switchboard.with("echo", (asked, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            return Integer.parseInt(asked.service().substring("echo+".length())) % 100;
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                answers.add(threads.submit(() -> oneOfMany(number)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("call " + i + " ended with " + i % 100);
            }
        }
        assertThat(log).isEmpty();
    }

    private String oneOfMany(int number) throws IOException {
        try (CallerChannel call = call("echo+" + number)) {
            call.stdin().write(("call " + number).getBytes(UTF_8));
            call.stdin().close();
            return new String(call.stdout().readAllBytes(), UTF_8) + " ended with " + call.exitCode();
        }
    }

    @Test
    void namesOf63BytesAndArgumentsOf60000ArriveWhole() throws Exception {
        switchboard.with("-service", (asked, streams) -> 0);
        String name = "a".repeat(63);
        String service = "-service+" + "x".repeat(60_000);
        try (CallerChannel call = Trigger.call(
                socket,
                new VchanLocation(7, directory),
                TriggerService.request(name, name, service),
                OutputStream.nullOutputStream(),
                new Cancellation())) {
            assertThat(call.exitCode()).isZero();
        }
        assertThat(switchboard.asked.getFirst().requestedSource()).hasValue(name);
        assertThat(switchboard.asked.getFirst().target()).isEqualTo(name);
        assertThat(switchboard.asked.getFirst().service()).isEqualTo(service);
    }

    @Test
    void anEmptyArgumentAndNoneStayTwoThings() throws Exception {
        switchboard.with("svc", (asked, streams) -> 0);
        try (CallerChannel without = call("svc");
                CallerChannel empty = call("svc+")) {
            assertThat(without.exitCode() + empty.exitCode()).isZero();
        }
        assertThat(switchboard.asked).extracting(asked -> asked.service()).containsExactly("svc", "svc+");
    }

    @Test
    void olderRequestsAreUnderstood() throws Exception {
        switchboard.with("svc", (asked, streams) -> 3);
        for (TriggerService.Form form : TriggerService.Form.values()) {
            TriggerService request = new TriggerService(form, "", "target", RequestId.SOCKET, "svc");
            try (CallerChannel call = Trigger.call(
                    socket,
                    new VchanLocation(7, directory),
                    request,
                    OutputStream.nullOutputStream(),
                    new Cancellation())) {
                assertThat(call.exitCode()).isEqualTo(3);
            }
        }
    }

    @Test
    void bytesThatAreNoRequestEndTheirConnectionAlone() throws Exception {
        switchboard.with("svc", (asked, streams) -> 0);
        try (SocketChannel bad = SocketChannel.open(UnixPaths.address(socket))) {
            bad.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)));
            assertThat(log.poll(30, TimeUnit.SECONDS)).contains("message type 0x20544547 is unknown");
        }
        try (CallerChannel call = call("svc")) {
            assertThat(call.exitCode()).isZero();
        }
    }

    @Test
    void aCallerThatDiesInterruptsItsServiceEvenWhenNobodyReadsItsInput() throws Exception {
        assertThat(HangupWatch.isAvailable()).isTrue();
        switchboard.with("sleep", (asked, streams) -> {
            Thread.sleep(Duration.ofHours(1));
            return 0;
        });
        CallerChannel call = call("sleep");
        Future<?> flood;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            flood = threads.submit(() -> {
                call.stdin().write(new byte[4 << 20]);
                return 0;
            });
            assertThatThrownBy(() -> flood.get(2, TimeUnit.SECONDS))
                    .as("4 MiB fit into no buffer on the way")
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            call.close();
            assertThatThrownBy(flood::get).isInstanceOf(ExecutionException.class);
        }
        assertThat(switchboard.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void closingWaitsForCallsAndLeavesNoFile() throws Exception {
        BlockingQueue<String> release = new LinkedBlockingQueue<>();
        switchboard.with("wait", (asked, streams) -> {
            streams.stdout().write('x');
            release.take();
            return 5;
        });
        Thread closing = Thread.ofVirtual().unstarted(() -> {
            try {
                door.close(Duration.ofMinutes(1));
            } catch (IOException failure) {
                log.add(failure.toString());
            }
        });
        try (CallerChannel call = call("wait")) {
            assertThat(call.stdout().read()).isEqualTo('x');
            closing.start();
            release.put("go");
            assertThat(call.exitCode()).isEqualTo(5);
        }
        closing.join();
        assertThat(socket).doesNotExist();
        assertThat(log).isEmpty();
    }

    @Test
    void afterTheGracePeriodCallsAreCutOff() throws Exception {
        BlockingQueue<String> written = new LinkedBlockingQueue<>();
        switchboard.with("sleep", (asked, streams) -> {
            streams.stdout().write('x');
            written.add("x"); // an interrupt within the write would take the exit code with the channel
            Thread.sleep(Duration.ofHours(1));
            return 0;
        });
        Thread closing = Thread.ofVirtual().unstarted(() -> {
            try {
                door.close();
            } catch (IOException failure) {
                log.add(failure.toString());
            }
        });
        try (CallerChannel call = call("sleep")) {
            assertThat(call.stdout().read()).isEqualTo('x');
            assertThat(written.take()).isEqualTo("x");
            closing.start();
            assertThat(call.exitCode()).isEqualTo(125);
        }
        closing.join();
        assertThat(switchboard.ends.poll()).isEqualTo("interrupted");
    }

    @Test
    void theSocketHasItsModeAndALiveOneIsNotReplaced() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        assertThatThrownBy(() -> openAt(socket)).hasMessage("`" + socket + "` is in use by a running server");
        Path inTheWay = Files.writeString(directory.resolve("file"), "text");
        assertThatThrownBy(() -> openAt(inTheWay)).isInstanceOf(IOException.class);
        assertThat(inTheWay).hasContent("text");
    }
}
