package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** An agent as vchan server and a daemon as its client, over real sockets. */
@Timeout(60)
class ControlChannelTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private SocketChannel connect(int server, int client, int port) {
        try {
            return SocketVchan.connect(SocketVchan.path(directory, server, client, port), LONG);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private ControlChannel daemon() {
        try {
            return ControlChannel.asDaemon(connect(7, 0, Limits.CONTROL_PORT));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void messagesCrossBothWaysWhole() throws Exception {
        CompletableFuture<ControlChannel> connecting = CompletableFuture.supplyAsync(this::daemon);
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, 7, 0, Limits.CONTROL_PORT);
                ControlChannel agent = ControlChannel.asAgent(listener.accept(LONG));
                ControlChannel daemon = connecting.get()) {
            assertThat(agent.version()).isEqualTo(4);
            assertThat(daemon.version()).isEqualTo(4);
            Message request = TriggerService.request("", "work", "svc+" + "x".repeat(60_000));
            Message answer = new Message.ServiceConnect(new VchanAddress(3, 513), RequestId.SOCKET);
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(agent, request));
            assertThat(daemon.receive()).contains(request);
            sending.get();
            daemon.send(answer);
            assertThat(agent.receive()).contains(answer);
            daemon.send(new Message.ExitCode(0));
            assertThatThrownBy(agent::receive).hasMessage("the peer sent DATA_EXIT_CODE on a control channel");
        }
    }

    private static void send(ControlChannel to, Message message) {
        try {
            to.send(message);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void anAgentThatGoesAwayIsAnEndNotAnError() throws Exception {
        CompletableFuture<ControlChannel> connecting = CompletableFuture.supplyAsync(this::daemon);
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, 7, 0, Limits.CONTROL_PORT)) {
            ControlChannel.asAgent(listener.accept(LONG)).close();
        }
        try (ControlChannel daemon = connecting.get()) {
            assertThat(daemon.receive()).isEmpty();
        }
    }

    @Test
    void theDataOfAServiceGoesDirectlyBetweenTwoDomains() throws Exception {
        // domain 3 calls: its agent is the server of the data channel, the agent of domain 7 its client
        CompletableFuture<SocketChannel> connecting = CompletableFuture.supplyAsync(() -> connect(3, 7, 513));
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, 3, 7, 513);
                SocketChannel theirs = listener.accept(LONG);
                SocketChannel ours = connecting.get()) {
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> serve(ours));
            try (CallerChannel caller =
                    CallerChannel.open(theirs, Handshake.exchange(theirs), new ByteArrayOutputStream())) {
                caller.stdin().write(new byte[] {1, 2, 3});
                caller.stdin().close();
                assertThat(caller.stdout().readAllBytes()).containsExactly(1, 2, 3);
                assertThat(caller.exitCode()).isEqualTo(6);
            }
            assertThat(code.get()).isEqualTo(6);
        }
    }

    private static int serve(SocketChannel channel) {
        try (ServiceChannel service = ServiceChannel.open(channel, Handshake.exchange(channel), () -> {})) {
            service.stdin().transferTo(service.stdout());
            service.exit(6);
            return 6;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aTornMessageIsAnError() throws Exception {
        CompletableFuture<SocketChannel> connecting =
                CompletableFuture.supplyAsync(() -> connect(7, 0, Limits.CONTROL_PORT));
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, 7, 0, Limits.CONTROL_PORT);
                SocketChannel agentSide = listener.accept(LONG);
                SocketChannel raw = connecting.get()) {
            Bytes.writeFully(raw, ByteBuffer.wrap(new Message.Hello(3).encode()));
            ControlChannel agent = ControlChannel.asAgent(agentSide);
            assertThat(agent.version()).isEqualTo(3);
            byte[] whole = new Message.ServiceRefused(RequestId.SOCKET).encode();
            Bytes.writeFully(raw, ByteBuffer.wrap(whole, 0, 20));
            raw.shutdownOutput();
            assertThatThrownBy(agent::receive).isInstanceOf(IOException.class).hasMessageContaining("within a message");
        }
    }

    @Test
    void commandsAreReadAsTheDaemonWritesThem() throws Exception {
        assertThat(AgentCommand.parse("DEFAULT:QUBESRPC svc+arg work"))
                .isEqualTo(new AgentCommand(
                        Optional.empty(),
                        false,
                        new AgentCommand.ServiceCall("svc+arg", "work", Optional.empty(), Optional.empty())));
        assertThat(AgentCommand.parse("root:nogui:QUBESRPC -svc+ work keyword adminvm"))
                .isEqualTo(new AgentCommand(
                        Optional.of("root"),
                        true,
                        new AgentCommand.ServiceCall("-svc+", "work", Optional.of("keyword"), Optional.of("adminvm"))));
        assertThat(AgentCommand.parse("user:echo a:b QUBESRPC").work())
                .isEqualTo(new AgentCommand.ShellCommand("echo a:b QUBESRPC"));
    }

    @Test
    void commandsThatAreNoneAreRefused() {
        for (String text : new String[] {
            "", ":x", "nocolon", "u:QUBESRPC svc", "u:QUBESRPC svc a b", "u:QUBESRPC  work", "u:QUBESRPC a b c d e"
        }) {
            assertThatThrownBy(() -> AgentCommand.parse(text)).as(text).isInstanceOf(ProtocolException.class);
        }
    }

    @Property(tries = 300)
    void anyTextIsACommandOrRefused(@ForAll String text) {
        try {
            assertThat(AgentCommand.parse("user:" + text).user()).contains("user");
        } catch (ProtocolException refused) {
            assertThat(text).contains("QUBESRPC ");
        }
    }
}
