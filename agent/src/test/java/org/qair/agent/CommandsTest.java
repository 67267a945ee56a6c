package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.agent.AgentRig.Seen;
import org.qair.channel.CallerChannel;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;

/** What a host tells an agent to run. */
@Timeout(120)
class CommandsTest extends ConnectedAgent {
    private Seen run(String command, String stdin) throws Exception {
        return rig.run(host, command, 600, stdin);
    }

    @Test
    void runsAService() throws Exception {
        rig.script(
                "svc",
                "echo \"$1 $QREXEC_REMOTE_DOMAIN ${QREXEC_REQUESTED_TARGET-none} '$QREXEC_REQUESTED_TARGET_TYPE'\"",
                "cat; echo bad >&2; exit 3");
        assertThat(run("DEFAULT:QUBESRPC svc+arg vm1", "in")).isEqualTo(new Seen("arg vm1 none ''\nin", "bad\n", 3));
    }

    @Test
    void tellsAServiceTheTargetWhenItIsTold() throws Exception {
        rig.script(
                "svc",
                "echo \"$QREXEC_REQUESTED_TARGET_TYPE ${QREXEC_REQUESTED_TARGET-} ${QREXEC_REQUESTED_TARGET_KEYWORD-}\"");
        assertThat(run("DEFAULT:QUBESRPC svc vm1 name vm2", "").stdout()).isEqualTo("name vm2 \n");
        assertThat(run("DEFAULT:QUBESRPC svc vm1 keyword adminvm", "").stdout()).isEqualTo("keyword  adminvm\n");
    }

    @Test
    void runsAPlainCommandInTheUsersShell() throws Exception {
        assertThat(run(AgentRig.USER + ":cat; echo \"it's\" $((1 + 1)) >&2; exit 4", "in"))
                .isEqualTo(new Seen("in", "it's 2\n", 4));
        assertThat(run("DEFAULT:nogui:echo here", "").stdout()).isEqualTo("here\n");
    }

    @Test
    void runsAServiceOnASocket() throws Exception {
        Files.createDirectories(directory.resolve("rpc"));
        try (ServerSocketChannel server =
                SocketFile.ownerOnly(directory.resolve("rpc/svc")).listen(1)) {
            Thread.ofVirtual().start(() -> {
                try (SocketChannel service = server.accept()) {
                    byte[] all = Channels.newInputStream(service).readAllBytes();
                    service.write(ByteBuffer.wrap(all));
                } catch (java.io.IOException broken) {
                    throw new java.io.UncheckedIOException(broken);
                }
            });
            assertThat(run("DEFAULT:QUBESRPC svc+arg vm1", "in")).isEqualTo(new Seen("svc+arg vm1\0in", "", 0));
        }
    }

    @Test
    void theHostAndNobodyElseEndsACallByItsChannel() throws Exception {
        rig.script("svc", "echo $$; exec sleep 1000");
        try (CallerChannel call = open("DEFAULT:QUBESRPC svc vm1", 601)) {
            byte[] line = new byte[16];
            int length = call.stdout().read(line);
            ProcessHandle service = ProcessHandle.of(
                            Long.parseLong(new String(line, 0, length, StandardCharsets.US_ASCII).strip()))
                    .orElseThrow();
            String service601 = "QUBESRPC qair.EndCall+" + AgentRig.FAR + "+601";
            assertThat(run("DEFAULT:" + service601 + " vm1", "").code())
                    .as("no qube's business")
                    .isEqualTo(127);
            assertThat(run("DEFAULT:" + service601 + "9 dom0", "").code())
                    .as("no such call")
                    .isEqualTo(1);
            assertThat(service.isAlive()).isTrue();
            try (CallerChannel end = open("DEFAULT:nogui:" + service601 + " dom0", 602)) {
                assertThat(end.exitCode()).isZero();
            }
            assertThat(call.exitCode()).isEqualTo(125);
            service.onExit().join();
        }
    }

    private CallerChannel open(String command, int port) throws Exception {
        try (Vchan.Listener listener = rig.listen(port)) {
            host.send(new Message.ExecCommandLine(new VchanAddress(AgentRig.FAR, port), command));
            SocketChannel channel = listener.accept(AgentRig.PATIENCE);
            return CallerChannel.open(channel, Handshake.exchange(channel), OutputStream.nullOutputStream());
        }
    }

    @Test
    void hasQrexecsCodesForWhatDoesNotRun() throws Exception {
        assertThat(run("DEFAULT:QUBESRPC none vm1", "")).isEqualTo(new Seen("", "", 127));
        Files.writeString(directory.resolve("rpc-config/svc"), "wait-for-session = 01\n");
        rig.script("svc", "echo ran");
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "")).isEqualTo(new Seen("", "", 125));
        assertThat(run("no-such-user:echo ran", "")).isEqualTo(new Seen("", "", 125));
        rig.script("other", "echo ran");
        assertThat(run("no-such-user:QUBESRPC other+x vm1", "")).isEqualTo(new Seen("", "", 125));
    }

    @Test
    void waitsForTheUsersSessionUnlessToldThatThereIsNoGui() throws Exception {
        rig.script("svc", "cat " + directory + "/waited 2>/dev/null; echo ran");
        rig.script("qubes.WaitForSession", "echo waited >" + directory + "/waited");
        Files.writeString(directory.resolve("rpc-config/svc"), "wait-for-session = 1\n");
        assertThat(run("DEFAULT:nogui:QUBESRPC svc vm1", "").stdout()).isEqualTo("ran\n");
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "").stdout()).isEqualTo("waited\nran\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no colon",
                ":no user",
                "DEFAULT:QUBESRPC svc",
                "DEFAULT:QUBESRPC  vm1",
                "DEFAULT:QUBESRPC svc vm1 name",
                "DEFAULT:QUBESRPC svc vm1 name vm2 more",
                "DEFAULT:QUBESRPC +arg vm1",
                "DEFAULT:QUBESRPC ../../bin/sh vm1",
                "DEFAULT:QUBESRPC svc v/m1",
                "DEFAULT:QUBESRPC svc\u00e9 vm1",
                "DEFAULT:QUBESRPC svc vm1 keyword nonsense",
                "a'; rm -rf x;':echo ran",
                "-u:echo ran",
            })
    void endsAMalformedCommandWith125(String command) throws Exception {
        rig.script("svc", "echo ran");
        assertThat(run(command, "")).isEqualTo(new Seen("", "", 125));
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "").stdout()).isEqualTo("ran\n");
    }

    @Test
    void startsACommandAndSendsItsCodeAlone() throws Exception {
        Path fifo = rig.fifo("fifo");
        assertThat(justExec("DEFAULT:cat; echo started >" + fifo)).isZero();
        assertThat(Files.readString(fifo)).isEqualTo("started\n");
        rig.script("svc", "echo \"$QREXEC_REMOTE_DOMAIN\" >" + fifo);
        assertThat(justExec("DEFAULT:QUBESRPC svc vm1")).isZero();
        assertThat(Files.readString(fifo)).isEqualTo("vm1\n");
        assertThat(justExec("DEFAULT:QUBESRPC none vm1")).isEqualTo(127);
        assertThat(justExec("no colon")).isEqualTo(125);
    }

    /** Reads the raw bytes: after both {@code HELLO}s there is one message and the end. */
    private int justExec(String command) throws Exception {
        int code;
        try (SocketVchan.Listener listener = rig.listen(600)) {
            host.send(new Message.JustExec(ADDRESS, command));
            try (SocketChannel data = listener.accept(AgentRig.PATIENCE)) {
                Bytes.writeFully(data, new Message.Hello(4).encode());
                AgentRig.read(data, 12);
                ByteBuffer exit = AgentRig.read(data, 12);
                assertThat(exit.getInt()).isEqualTo(0x193);
                assertThat(exit.getInt()).isEqualTo(4);
                assertThat(AgentRig.isClosed(data)).isTrue();
                code = exit.getInt();
            }
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
        return code;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void sendsChunksThatTheOtherSideTakes(int version) throws Exception {
        int most = version == 2 ? 4_096 : 65_536;
        rig.script("svc", "head -c 200000 /dev/zero");
        try (SocketVchan.Listener listener = rig.listen(600)) {
            host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
            try (SocketChannel data = listener.accept(AgentRig.PATIENCE)) {
                Bytes.writeFully(data, new Message.Hello(version).encode());
                assertThat(AgentRig.read(data, 12).getInt(8)).isEqualTo(4);
                List<Integer> lengths = new ArrayList<>();
                int type = 0;
                while (type != 0x193) {
                    ByteBuffer header = AgentRig.read(data, 8);
                    type = header.getInt();
                    int length = header.getInt();
                    AgentRig.read(data, length);
                    if (type == 0x191) {
                        lengths.add(length);
                    }
                }
                assertThat(lengths).allMatch(length -> length <= most).last().isEqualTo(0);
                assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(200_000);
            }
        }
    }

    @Test
    void saysThatThePortIsFreeAlsoWhenTheOtherSideStaysThere() throws Exception {
        rig.script("svc", "echo done");
        try (SocketVchan.Listener listener = rig.listen(600)) {
            host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
            try (SocketChannel data = listener.accept(AgentRig.PATIENCE)) {
                Bytes.writeFully(data, new Message.Hello(4).encode());
                assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
                assertThat(data.isOpen()).isTrue();
            }
            host.send(new Message.JustExec(ADDRESS, "DEFAULT:true"));
        }
        try (SocketVchan.Listener listener = rig.listen(600);
                SocketChannel data = listener.accept(AgentRig.PATIENCE)) {
            Bytes.writeFully(data, new Message.Hello(4).encode());
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
            assertThat(data.isOpen()).isTrue();
        }
    }

    @Test
    void whatIsDoneWithItsPortIsNotEndedByItButWithTheAgent() throws Exception {
        rig.script("svc", "echo done");
        rig.script("long", "echo started", "exec sleep 1000");
        String endCall = "DEFAULT:nogui:QUBESRPC qair.EndCall+" + AgentRig.FAR + "+600 dom0";
        SocketChannel stays;
        try (SocketVchan.Listener listener = rig.listen(600)) {
            host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
            stays = listener.accept(AgentRig.PATIENCE);
        }
        try (stays) {
            Bytes.writeFully(stays, new Message.Hello(4).encode());
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
            try (CallerChannel end = open(endCall, 601)) {
                assertThat(end.exitCode()).as("nobody has that port").isEqualTo(1);
            }
            try (CallerChannel next = open("DEFAULT:QUBESRPC long vm1", 600)) {
                assertThat(next.stdout().read()).isEqualTo('s');
                try (CallerChannel end = open(endCall, 602)) {
                    assertThat(end.exitCode()).isZero();
                }
                assertThat(next.exitCode()).isEqualTo(125);
            }
            byte[] more = AgentRig.little(8).putInt(0x190).putInt(0).array();
            Bytes.writeFully(stays, more);
            rig.close();
            assertThatThrownBy(() -> writeOn(stays, more)).isInstanceOf(IOException.class);
        }
    }

    /** A channel that is closed ends when the thread that reads it has left it, which is a little later. */
    private static void writeOn(SocketChannel channel, byte[] bytes) throws IOException {
        while (channel.isOpen()) {
            Bytes.writeFully(channel, bytes);
        }
    }

    @Test
    void endsTheServiceOfACallerThatHasGone() throws Exception {
        Path started = rig.fifo("started");
        rig.script("svc", "echo $$ >" + started, "exec sleep 1000");
        try (SocketVchan.Listener listener = rig.listen(600)) {
            host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
            SocketChannel data = listener.accept(AgentRig.PATIENCE);
            Bytes.writeFully(data, new Message.Hello(4).encode());
            long pid = Long.parseLong(Files.readString(started).strip());
            data.close();
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
            ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
        }
    }

    @Test
    void survivesADataChannelThatTalksNonsense() throws Exception {
        rig.script("svc", "cat");
        for (byte[] nonsense : new byte[][] {
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new Message.Hello(1).encode(),
            AgentRig.little(20)
                    .put(new Message.Hello(4).encode())
                    .putInt(0x190)
                    .putInt(-1)
                    .array(),
            AgentRig.little(20)
                    .put(new Message.Hello(4).encode())
                    .putInt(0x191)
                    .putInt(0)
                    .array(),
        }) {
            try (SocketVchan.Listener listener = rig.listen(600)) {
                host.send(new Message.ExecCommandLine(ADDRESS, "DEFAULT:QUBESRPC svc vm1"));
                try (SocketChannel data = listener.accept(AgentRig.PATIENCE)) {
                    Bytes.writeFully(data, nonsense);
                    assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
                }
            }
        }
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "in").stdout()).isEqualTo("in");
    }

    @Test
    void outlivesTheSignalOfAServiceThatWantsOneSocket() throws Exception {
        rig.script("svc", "kill -USR1 $QREXEC_AGENT_PID && echo sent");
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "").stdout()).isEqualTo("sent\n");
        assertThat(run("DEFAULT:QUBESRPC svc vm1", "").code()).isZero();
    }

    @Test
    void runsManyAtOnce() throws Exception {
        rig.script("svc", "cat");
        int many = 40;
        List<SocketVchan.Listener> listeners = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            listeners.add(rig.listen(1000 + i));
            host.send(
                    new Message.ExecCommandLine(new VchanAddress(AgentRig.FAR, 1000 + i), "DEFAULT:QUBESRPC svc vm1"));
        }
        List<SocketChannel> open = new ArrayList<>();
        for (SocketVchan.Listener listener : listeners) {
            SocketChannel data = listener.accept(AgentRig.PATIENCE);
            Bytes.writeFully(data, new Message.Hello(4).encode());
            open.add(data);
        }
        for (SocketChannel data : open) {
            Bytes.writeFully(data, AgentRig.little(8).putInt(0x190).putInt(0).array());
        }
        for (SocketChannel data : open) {
            try (data) {
                AgentRig.read(data, 12 + 8 + 8 + 12); // HELLO, the ends of both outputs, the exit code
                assertThat(AgentRig.isClosed(data)).isTrue();
            }
        }
        for (int i = 0; i < many; i++) {
            assertThat(host.receive().orElseThrow()).isInstanceOf(Message.ConnectionTerminated.class);
        }
    }
}
