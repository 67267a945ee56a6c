package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.channel.vsock.CallerBridge;
import org.qair.exec.ConfigPath;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.protocol.Message;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** An agent in a directory, with the test at both its ends: as its host, as callers, as the far ends of data channels. */
final class AgentRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final int DOMAIN = 42;

    /** Who all this runs as. */
    static final String USER = System.getProperty("user.name");

    /** The far end of data channels: another qube. */
    static final int FAR = 43;

    final Path directory;
    private final Agent agent;

    AgentRig(Path directory) throws IOException {
        this(directory, Optional.empty());
    }

    AgentRig(Path directory, Optional<String> forkServer) throws IOException {
        this(directory, forkServer, SocketVchan.in(directory), Optional.empty());
    }

    /**
     * @param outside how the agent meets its host
     * @param bridge what brings its callers there
     */
    AgentRig(Path directory, Optional<String> forkServer, Vchan outside, Optional<CallerBridge> bridge)
            throws IOException {
        this.directory = directory;
        this.agent = Agent.start(new AgentSettings(
                DOMAIN,
                outside,
                bridge,
                Optional.of(new VchanLocation(DOMAIN, directory)),
                trigger(),
                forkServer,
                ServiceSettings.of(
                        new ServicePath(List.of(directory.resolve("rpc"))),
                        new ConfigPath(List.of(directory.resolve("rpc-config"))),
                        Optional.of(AgentRig.USER),
                        Map.of())));
        Files.createDirectories(directory.resolve("rpc"));
        Files.createDirectories(directory.resolve("rpc-config"));
    }

    Path trigger() {
        return directory.resolve("agent.sock");
    }

    SocketChannel connectRaw() throws Exception {
        return SocketVchan.connect(SocketVchan.path(directory, DOMAIN, 0, 512), PATIENCE);
    }

    /** Connects as the host. */
    ControlChannel connect() throws Exception {
        return ControlChannel.asDaemon(connectRaw());
    }

    SocketChannel caller() throws IOException {
        return UnixPaths.connect(trigger());
    }

    SocketChannel caller(TriggerService request) throws IOException {
        SocketChannel caller = caller();
        Bytes.writeFully(caller, request.encode());
        return caller;
    }

    SocketVchan.Listener listen(int port) throws IOException {
        return SocketVchan.listen(directory, FAR, DOMAIN, port);
    }

    void script(String name, String... lines) throws IOException {
        Path file = Files.writeString(
                directory.resolve("rpc").resolve(name), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path fifo(String name) throws Exception {
        Path fifo = directory.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    /** What the far end of a data channel saw. */
    record Seen(String stdout, String stderr, int code) {}

    /** Tells the agent to run a command, sends {@code stdin} to it, and waits for its end and for the word that the port is free. */
    Seen run(ControlChannel host, String command, int port, String stdin) throws Exception {
        VchanAddress address = new VchanAddress(FAR, port);
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        Seen seen;
        try (SocketVchan.Listener listener = listen(port)) {
            host.send(new Message.ExecCommandLine(address, command));
            SocketChannel data = listener.accept(PATIENCE);
            try (CallerChannel caller = CallerChannel.open(data, Handshake.exchange(data), stderr)) {
                caller.stdin().write(stdin.getBytes(StandardCharsets.UTF_8));
                caller.stdin().close();
                String stdout = new String(caller.stdout().readAllBytes(), StandardCharsets.UTF_8);
                int code = caller.exitCode();
                seen = new Seen(stdout, stderr.toString(StandardCharsets.UTF_8), code);
            }
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(address));
        return seen;
    }

    static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads exactly that many raw bytes. */
    static ByteBuffer read(SocketChannel from, int bytes) throws IOException {
        ByteBuffer into = little(bytes);
        assertThat(Bytes.readFully(from, into)).isTrue();
        return into.flip();
    }

    /** A peer that closes with bytes unread resets the connection. */
    static boolean isClosed(SocketChannel channel) throws IOException {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        agent.close();
    }
}
