package org.qair.host.agents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.qair.call.Streams;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** An agent that a test plays, over real sockets: it runs what it is told in this process, and makes the calls that the test makes. */
public final class PlayedAgent implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    /** What stands for a service. */
    public interface Body {
        int run(Streams streams) throws IOException, InterruptedException;
    }

    /** A request and what became of it. */
    record Asked(RequestId id, CompletableFuture<Optional<VchanAddress>> answer) {
        /** Where to listen; empty when it was refused. */
        Optional<VchanAddress> await() throws Exception {
            return answer.get();
        }
    }

    public final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    private final Path directory;
    private final int domain;
    private final Vchan.Listener listener;
    private final Map<String, Body> services = new ConcurrentHashMap<>();
    private final Map<RequestId, CompletableFuture<Optional<VchanAddress>>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();
    private final CompletableFuture<ControlChannel> control = new CompletableFuture<>();
    private final CompletableFuture<Boolean> cutOff = new CompletableFuture<>();

    private PlayedAgent(Path directory, int domain) throws IOException {
        this.directory = directory;
        this.domain = domain;
        this.listener = SocketVchan.listen(directory, domain, 0, Limits.CONTROL_PORT);
    }

    /** Listens for the host; does not wait for it. */
    static PlayedAgent start(Path directory, int domain) throws IOException {
        PlayedAgent agent = new PlayedAgent(directory, domain);
        Thread.ofVirtual().start(agent::run);
        return agent;
    }

    public PlayedAgent with(String service, Body body) {
        services.put(service, body);
        return this;
    }

    private void run() {
        try (ControlChannel channel = ControlChannel.asAgent(listener.accept(LONG))) {
            control.complete(channel);
            for (Optional<Message> next = channel.receive(); next.isPresent(); next = channel.receive()) {
                receive(next.get());
            }
        } catch (IOException ended) {
            control.completeExceptionally(ended);
        } finally {
            cutOff.complete(true);
            asked.values().forEach(answer -> answer.complete(Optional.empty()));
        }
    }

    private void receive(Message message) {
        switch (message) {
            case Message.ExecCommandLine exec ->
                Thread.ofVirtual().start(() -> serve(exec.address(), exec.uncheckedCommand(), true));
            case Message.JustExec exec ->
                Thread.ofVirtual().start(() -> serve(exec.address(), exec.uncheckedCommand(), false));
            case Message.ServiceConnect connect -> answer(connect.id()).complete(Optional.of(connect.address()));
            case Message.ServiceRefused refused -> answer(refused.id()).complete(Optional.empty());
            default -> throw new IllegalStateException("the host sent " + message);
        }
    }

    private CompletableFuture<Optional<VchanAddress>> answer(RequestId id) {
        return asked.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    private void serve(VchanAddress address, String command, boolean streamed) {
        commands.add(command);
        try (SocketChannel channel = SocketVchan.connect(
                        SocketVchan.path(directory, address.domain(), domain, address.port()), LONG);
                ServiceChannel streams =
                        ServiceChannel.open(channel, Handshake.exchange(channel), Thread.currentThread()::interrupt)) {
            Body body = services.get(command.replaceFirst(".*QUBESRPC ", "").replaceFirst("[+ ].*", ""));
            int code = streamed ? (body == null ? 127 : body.run(streams)) : 0;
            streams.exit(code);
        } catch (IOException | InterruptedException gone) {
            // the caller is
        } finally {
            terminated(address);
        }
    }

    /** Says that a data channel has ended. */
    void terminated(VchanAddress address) {
        try {
            send(new Message.ConnectionTerminated(address));
        } catch (Exception gone) {
            // the host is, or this one
        }
    }

    void send(Message message) throws Exception {
        control.get().send(message);
    }

    /** Waits until the host has connected. */
    public ControlChannel awaitHost() throws Exception {
        return control.get();
    }

    /** Waits until the host has closed the control channel. */
    void awaitCutOff() throws Exception {
        cutOff.get();
    }

    /** Asks for a call; the test goes on while it is decided. */
    Asked ask(String target, String service) throws Exception {
        return ask("", target, service);
    }

    Asked ask(String source, String target, String service) throws Exception {
        RequestId id = new RequestId("SOCKET" + last.incrementAndGet());
        send(new TriggerService(TriggerService.Form.V4, source, target, id, service));
        return new Asked(id, answer(id));
    }

    /** Makes an allowed call up to its open data channel. */
    Calling call(String target, String service) throws Exception {
        return calling(ask(target, service).await().orElseThrow());
    }

    /** Listens where the host said. */
    Calling calling(VchanAddress address) throws Exception {
        try (Vchan.Listener data = SocketVchan.listen(directory, domain, address.domain(), address.port())) {
            SocketChannel channel = data.accept(LONG);
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            return new Calling(
                    address, channel, CallerChannel.open(channel, Handshake.exchange(channel), errors), errors);
        }
    }

    /** A call that runs. */
    final class Calling implements AutoCloseable {
        final VchanAddress address;
        final SocketChannel socket;
        final CallerChannel channel;
        final ByteArrayOutputStream errors;

        private Calling(
                VchanAddress address, SocketChannel socket, CallerChannel channel, ByteArrayOutputStream errors) {
            this.address = address;
            this.socket = socket;
            this.channel = channel;
            this.errors = errors;
        }

        /** Sends all, receives all, and returns what came; the exit code is there then. */
        byte[] exchange(byte[] input) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (var stdin = channel.stdin()) {
                    stdin.write(input);
                } catch (IOException gone) {
                    // seen by whoever receives
                }
            });
            return channel.stdout().readAllBytes();
        }

        int exitCode() throws IOException {
            return channel.exitCode();
        }

        @Override
        public void close() throws IOException {
            channel.close();
            terminated(address);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (control.state() == Future.State.SUCCESS) {
            control.resultNow().close();
        }
    }
}
