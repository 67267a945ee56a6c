package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixPaths;
import org.qair.channel.unix.UnixServer;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** Hosts that go, come again, speak old protocols, or send what no host should. */
@Timeout(120)
class HostLinkTest {
    @TempDir
    Path directory;

    private AgentRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory);
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    /** A host that speaks an old protocol. */
    private SocketChannel connectWith(int version) throws Exception {
        SocketChannel host = rig.connectRaw();
        AgentRig.read(host, 12);
        Bytes.writeFully(host, new Message.Hello(version).encode());
        return host;
    }

    @Test
    void saysHelloFirst() throws Exception {
        try (SocketChannel host = rig.connectRaw()) {
            assertThat(AgentRig.read(host, 12).array()).isEqualTo(new byte[] {0, 3, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0});
        }
    }

    @Test
    void goesOnWithCallsWhenTheHostGoes() throws Exception {
        rig.script("svc", "cat; exit 9");
        VchanAddress old = new VchanAddress(AgentRig.FAR, 600);
        try (SocketVchan.Listener listener = rig.listen(600)) {
            ControlChannel first = rig.connect();
            first.send(new Message.ExecCommandLine(old, "DEFAULT:QUBESRPC svc vm1"));
            SocketChannel data = listener.accept(AgentRig.PATIENCE);
            try (CallerChannel caller = CallerChannel.open(
                            data, Handshake.exchange(data), java.io.OutputStream.nullOutputStream());
                    SocketChannel answered = rig.caller(TriggerService.request("", "vm2", "svc"));
                    SocketChannel waiting = rig.caller(TriggerService.request("", "vm2", "svc"))) {
                RequestId id = ((TriggerService) first.receive().orElseThrow()).id();
                first.receive();
                first.send(new Message.ServiceConnect(new VchanAddress(AgentRig.FAR, 601), id));
                first.close();
                assertThat(AgentRig.isClosed(waiting) || AgentRig.isClosed(answered))
                        .isTrue(); // whichever was first got the answer; the other will never get one
                try (ControlChannel second = rig.connect()) {
                    caller.stdin().write("still here".getBytes(StandardCharsets.UTF_8));
                    caller.stdin().close();
                    assertThat(caller.stdout().readAllBytes()).asString().isEqualTo("still here");
                    assertThat(caller.exitCode()).isEqualTo(9);
                    answered.shutdownOutput();
                    // the new host knows neither port, and may have given either to somebody else
                    assertThat(rig.run(second, "DEFAULT:QUBESRPC svc vm1", 700, "x")
                                    .code())
                            .isEqualTo(9);
                }
            }
        }
    }

    @Test
    void takesNoAnswerFromAnotherHostThanTheOneThatWasAsked() throws Exception {
        RequestId id;
        try (ControlChannel first = rig.connect();
                SocketChannel _ = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            id = ((TriggerService) first.receive().orElseThrow()).id();
        }
        try (ControlChannel second = rig.connect();
                SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            assertThat(((TriggerService) second.receive().orElseThrow()).id()).isNotEqualTo(id);
            VchanAddress address = new VchanAddress(AgentRig.FAR, 600);
            second.send(new Message.ServiceConnect(address, id));
            assertThat(second.receive()).contains(new Message.ConnectionTerminated(address));
            assertThat(caller.isOpen()).isTrue();
        }
    }

    @Test
    void letsACallerWaitForAHostThatIsStartedAgain() throws Exception {
        try (SocketChannel _ = rig.caller(TriggerService.request("", "vm2", "svc"));
                ControlChannel host = rig.connect()) {
            assertThat(host.receive().orElseThrow()).isInstanceOf(TriggerService.class);
        }
    }

    @Test
    void refusesACallerWhenNoHostComes() throws Exception {
        Callers callers = new Callers(new Hosts(), Duration.ofMillis(1), Optional.empty());
        SocketFile file = SocketFile.ownerOnly(directory.resolve("other.sock"));
        try (UnixServer server = UnixServer.open(file, callers::serve);
                SocketChannel caller = UnixPaths.connect(server.path())) {
            Bytes.writeFully(caller, TriggerService.request("", "vm2", "svc").encode());
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
    }

    @Test
    void asksAnOldHostInItsOwnForm() throws Exception {
        try (SocketChannel host = connectWith(3);
                SocketChannel _ = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            assertThat(AgentRig.read(host, 4).getInt()).isEqualTo(0x212);
        }
        try (SocketChannel host = connectWith(2);
                SocketChannel _ = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            assertThat(AgentRig.read(host, 4).getInt()).isEqualTo(0x210);
        }
    }

    @Test
    void refusesWhatAnOldHostCannotBeAsked() throws Exception {
        try (SocketChannel _ = connectWith(3);
                SocketChannel caller = rig.caller(TriggerService.request("vm3", "vm2", "svc"))) {
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
        try (SocketChannel _ = connectWith(2);
                SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "s".repeat(64)))) {
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
    }

    @Test
    void dropsAHostThatSpeaksNoProtocolThatItKnows() throws Exception {
        try (SocketChannel host = connectWith(1)) {
            assertThat(AgentRig.isClosed(host)).isTrue();
        }
        try (SocketChannel host = rig.connectRaw()) {
            AgentRig.read(host, 12);
            Bytes.writeFully(host, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(AgentRig.isClosed(host)).isTrue();
        }
        try (ControlChannel host = rig.connect()) {
            assertThat(host.version()).isEqualTo(4);
        }
    }

    @Test
    void dropsAHostThatSendsWhatNoHostShould() throws Exception {
        byte[][] messages = {
            new Message.Hello(4).encode(),
            new Message.ExitCode(0).encode(),
            new Message.ConnectionTerminated(new VchanAddress(1, 2)).encode(),
            TriggerService.request("", "vm2", "svc").encode(),
            AgentRig.little(8).putInt(0x200).putInt(0x7fffffff).array(),
            AgentRig.little(8).putInt(0x203).putInt(31).array(),
            AgentRig.little(8).putInt(0x999).putInt(0).array(),
            AgentRig.little(17)
                    .putInt(0x200)
                    .putInt(9)
                    .putInt(1)
                    .putInt(2)
                    .put((byte) 'x')
                    .array(),
            AgentRig.little(48)
                    .putInt(0x202)
                    .putInt(40)
                    .putInt(1)
                    .putInt(2)
                    .put((byte) '/')
                    .array(),
        };
        for (byte[] message : messages) {
            try (SocketChannel host = connectWith(4)) {
                Bytes.writeFully(host, message);
                assertThat(AgentRig.isClosed(host)).isTrue();
            }
        }
    }

    @Test
    void saysThatAnotherAgentHasTheTriggerSocket() {
        assertThatThrownBy(() -> new AgentRig(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by a running server");
    }
}
