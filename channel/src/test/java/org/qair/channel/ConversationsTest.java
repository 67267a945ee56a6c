package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;

/** Calls with the field's parts, byte for byte: the test sends what they send and compares what they get. */
@Timeout(60)
class ConversationsTest {
    private static final int DOMAIN = 7;

    @TempDir
    Path directory;

    static List<Conversation> theFieldCalls() throws IOException {
        return Conversation.startingWith("field-calls");
    }

    static List<Conversation> weCall() throws IOException {
        return Conversation.startingWith("we-call");
    }

    @ParameterizedTest
    @MethodSource("theFieldCalls")
    void theFieldsClientGetsTheseBytes(Conversation conversation) throws Exception {
        TestSwitchboard switchboard = new TestSwitchboard().with("echo", (call, streams) -> {
            streams.stdout().write(streams.stdin().readAllBytes());
            return 0;
        });
        TriggerSocket door = TriggerSocket.open(
                directory.resolve("agent"),
                PosixFilePermissions.fromString("rw-------"),
                new LocalCaller(new QubeName("work"), DOMAIN, directory),
                switchboard,
                new DataPorts(),
                System.err::println);
        try (SocketChannel trigger = SocketChannel.open(UnixPaths.address(directory.resolve("agent")))) {
            play(conversation, trigger, () -> {
                try (SocketVchan.Listener listener = SocketVchan.listen(directory, DOMAIN, 0, 513)) {
                    return listener.accept(Duration.ofSeconds(30));
                }
            });
        } finally {
            door.close();
        }
    }

    @ParameterizedTest
    @MethodSource("weCall")
    void theFieldsAgentGetsTheseBytes(Conversation conversation) throws Exception {
        Path socket = directory.resolve("field");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixPaths.address(socket));
            CompletableFuture<String> told = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> call(socket, told));
            try (SocketChannel trigger = agent.accept()) {
                play(
                        conversation,
                        trigger,
                        () -> SocketVchan.connect(SocketVchan.path(directory, DOMAIN, 0, 513), Duration.ofSeconds(30)));
            }
            assertThat(told.get()).isIn("ajb ~ 3", "ajb  0");
        }
    }

    private void call(Path socket, CompletableFuture<String> told) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = Trigger.call(
                socket,
                new VchanLocation(DOMAIN, directory),
                TriggerService.request("", "work", "echo"),
                errors,
                new Cancellation())) {
            call.stdin().write("abc".getBytes(UTF_8));
            call.stdin().close();
            String output = new String(call.stdout().readAllBytes(), UTF_8);
            told.complete(output + " " + errors.toString(UTF_8) + " " + call.exitCode());
        } catch (IOException | RuntimeException failure) {
            told.completeExceptionally(failure);
        }
    }

    /** What is sent at once by both sides is sent before it is waited for. */
    private static void play(Conversation conversation, SocketChannel trigger, Callable<SocketChannel> opening)
            throws Exception {
        SocketChannel data = null;
        for (Conversation.Step step : conversation.steps()) {
            if (step.data() && data == null) {
                data = opening.call();
            }
            SocketChannel channel = step.data() && data != null ? data : trigger;
            if (!step.ours()) {
                send(step, channel);
            } else if (step.end()) {
                assertThatThrownBy(() -> readOn(channel)).hasMessage("the end");
            } else {
                ByteBuffer got = ByteBuffer.allocate(step.bytes().remaining());
                assertThat(Bytes.readFully(channel, got)).isTrue();
                assertThat(got.flip()).isEqualTo(step.bytes());
            }
        }
        if (data != null) {
            data.close();
        }
    }

    private static void send(Conversation.Step step, SocketChannel channel) throws IOException {
        if (step.end()) {
            channel.shutdownOutput();
        } else {
            Bytes.writeFully(channel, step.bytes().duplicate());
        }
    }

    private static void readOn(SocketChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        if (channel.read(one) < 0) {
            throw new IOException("the end");
        }
        throw new IOException("byte 0x%02x".formatted(one.get(0)));
    }
}
