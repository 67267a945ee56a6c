package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.ControlChannel;
import org.qair.channel.unix.SocketFile;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;

/** A session that runs what belongs to it; the test is the session. */
@Timeout(120)
class ForkServerTest {
    private static final VchanAddress ADDRESS = new VchanAddress(AgentRig.FAR, 600);

    @TempDir
    Path directory;

    private AgentRig rig;
    private ControlChannel host;
    private ServerSocketChannel session;

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory, Optional.of(directory + "/server.%s.sock"));
        host = rig.connect();
        session = SocketFile.ownerOnly(directory.resolve("server." + AgentRig.USER + ".sock"))
                .listen(5);
        rig.script("svc", "echo ran by the agent");
    }

    @AfterEach
    void stop() throws Exception {
        session.close();
        host.close();
        rig.close();
    }

    private void assertTakes(int type, String command) throws Exception {
        try (SocketChannel taken = session.accept()) {
            ByteBuffer info = AgentRig.read(taken, 16);
            assertThat(info.getInt()).isEqualTo(type);
            assertThat(info.getInt()).isEqualTo(ADDRESS.domain());
            assertThat(info.getInt()).isEqualTo(ADDRESS.port());
            byte[] text = AgentRig.read(taken, info.getInt()).array();
            assertThat(new String(text, StandardCharsets.ISO_8859_1)).isEqualTo(command + "\0");
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
    }

    @Test
    void takesWhatIsItsUsers() throws Exception {
        host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
        assertTakes(0x200, "QUBESRPC svc vm1");
        host.send(new Message.JustExec(ADDRESS, AgentRig.USER + ":echo here"));
        assertTakes(0x201, "echo here");
    }

    @Test
    void takesNothingBeforeItsSessionIsThere() throws Exception {
        Path waited = directory.resolve("waited");
        rig.script("qubes.WaitForSession", "echo waited >" + waited);
        Files.writeString(directory.resolve("rpc-config/svc"), "wait-for-session = true\n");
        host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
        assertTakes(0x200, "QUBESRPC svc vm1");
        assertThat(waited).exists();
    }

    @Test
    void takesNothingWithoutGui() throws Exception {
        assertThat(rig.run(host, "DEFAULT:nogui:QUBESRPC svc vm1", 600, "").stdout())
                .isEqualTo("ran by the agent\n");
    }

    @Test
    void takesNothingOnceItIsGone() throws Exception {
        session.close();
        assertThat(rig.run(host, "DEFAULT:QUBESRPC svc vm1", 600, "").stdout()).isEqualTo("ran by the agent\n");
    }

    @Test
    void isAskedForNothingThatDoesNotExist() throws Exception {
        assertThat(rig.run(host, "DEFAULT:QUBESRPC none vm1", 600, "").code()).isEqualTo(127);
    }

    @Test
    void isNotOneThatAnotherUserServes() throws Exception {
        ForkServer others = new ForkServer(directory + "/server." + AgentRig.USER + ".sock");
        assertThat(others.find("somebody-else")).isEmpty();
        try (SocketChannel found = others.find(AgentRig.USER).orElseThrow()) {
            assertThat(found.isConnected()).isTrue();
        }
    }
}
