package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.exec.ConfigPath;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

@Timeout(60)
class AgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Agent agent;
    private ControlChannel host;

    @BeforeEach
    void start() throws Exception {
        agent = Agent.start(new AgentSettings(
                7,
                SocketVchan.in(directory),
                directory.resolve("agent.sock"),
                Optional.empty(),
                ServiceSettings.of(
                        new ServicePath(List.of(directory)), new ConfigPath(List.of()), Optional.empty(), Map.of())));
        host = connect();
    }

    private ControlChannel connect() throws Exception {
        return ControlChannel.asDaemon(SocketVchan.connect(SocketVchan.path(directory, 7, 0, 512), PATIENCE));
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
        agent.close();
    }

    @Test
    void runsAService() throws Exception {
        Path file = Files.writeString(
                directory.resolve("svc"), "#!/bin/sh\necho \"$QREXEC_REMOTE_DOMAIN $1\"; cat; exit 3\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        VchanAddress address = new VchanAddress(5, 600);
        try (SocketVchan.Listener listener = SocketVchan.listen(directory, 5, 7, 600)) {
            host.send(new Message.ExecCommandLine(address, "DEFAULT:QUBESRPC svc+arg vm1"));
            SocketChannel data = listener.accept(PATIENCE);
            try (CallerChannel caller =
                    CallerChannel.open(data, Handshake.exchange(data), OutputStream.nullOutputStream())) {
                caller.stdin().write("hello".getBytes(StandardCharsets.UTF_8));
                caller.stdin().close();
                assertThat(caller.stdout().readAllBytes()).asString().isEqualTo("vm1 arg\nhello");
                assertThat(caller.exitCode()).isEqualTo(3);
            }
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(address));
    }

    @Test
    void passesACallersRequestOn() throws Exception {
        callOnce();
    }

    private void callOnce() throws Exception {
        try (SocketChannel caller = UnixPaths.connect(directory.resolve("agent.sock"))) {
            Bytes.writeFully(caller, TriggerService.request("", "vm2", "svc").encode());
            TriggerService request = (TriggerService) host.receive().orElseThrow();
            assertThat(request.uncheckedTarget()).isEqualTo("vm2");
            assertThat(request.id()).isNotEqualTo(RequestId.SOCKET);
            VchanAddress address = new VchanAddress(5, 600);
            host.send(new Message.ServiceConnect(address, request.id()));
            ByteBuffer answer = ByteBuffer.allocate(8);
            Bytes.readFully(caller, answer);
            assertThat(VchanAddress.decode(answer.array())).isEqualTo(address);
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(new VchanAddress(5, 600)));
    }

    @Test
    void outlivesItsHost() throws Exception {
        host.close();
        host = connect();
        callOnce();
    }
}
