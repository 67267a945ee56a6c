package org.qair.host.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.host.AdminAccess;
import org.qair.host.HostLayout;
import org.qair.host.agents.PlayedAgent.Calling;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.policy.QubeName;

/** Agents that come late, go away and come back, and hosts that do. */
@Timeout(120)
class AgentLifeTest {
    @TempDir
    Path directory;

    private AgentRig rig;

    @BeforeEach
    void make() throws Exception {
        rig = new AgentRig(directory);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static int cat(org.qair.call.Streams streams) throws IOException {
        streams.stdin().transferTo(streams.stdout());
        return 3;
    }

    @Test
    void theStatesOfAnAgentFollowItAndSoDoesPower() throws Exception {
        rig.start();
        assertThat(rig.state("a1")).isEqualTo("waiting");
        PlayedAgent first = rig.agent(1);
        rig.awaitState("a1", "connected");
        first.close();
        rig.awaitState("a1", "gone");
        try (PlayedAgent second = rig.agent(1)) {
            second.awaitHost();
            rig.awaitState("a1", "connected");
        }
    }

    @Test
    void aCallWaitsForAnAgentThatStarts() throws Exception {
        rig.start();
        try (PlayedAgent a1 = rig.agent(1);
                Calling call = a1.call("a2", "test.Cat")) {
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> {
                try {
                    return call.exchange("early".getBytes(UTF_8));
                } catch (IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            });
            try (PlayedAgent a2 = rig.agent(2).with("test.Cat", AgentLifeTest::cat)) {
                assertThat(output.get()).asString().isEqualTo("early");
                assertThat(call.exitCode()).isEqualTo(3);
                assertThat(a2.commands).hasSize(1);
            }
        }
    }

    @Test
    void butOnlySoLongAsTheSettingsSay() throws Exception {
        rig.start("[agents]", "startup-seconds = 1");
        try (PlayedAgent a1 = rig.agent(1);
                Calling call = a1.call("a2", "test.Cat")) {
            assertThat(call.exitCode()).isEqualTo(125);
        }
        AuditRecord kept = rig.ended();
        assertThat(kept.end().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(kept.reason().orElseThrow())
                .isEqualTo("the agent of qube `a2` did not come within 1 s: does its VM or container run?");
    }

    @Test
    void aCallThatRunsOutlivesTheControlChannelsOfBothAgents() throws Exception {
        rig.start();
        PlayedAgent a1 = rig.agent(1);
        PlayedAgent a2 = rig.agent(2).with("test.Cat", AgentLifeTest::cat);
        rig.awaitState("a2", "connected");
        Calling call = a1.call("a2", "test.Cat");
        assertThat(a2.commands.take()).contains("test.Cat");
        a1.close();
        a2.close();
        AuditRecord lost = rig.ended();
        assertThat(lost.end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
        assertThat(call.exchange("still here".getBytes(UTF_8))).asString().isEqualTo("still here");
        assertThat(call.exitCode()).isEqualTo(3);
    }

    /** The field's calls are processes that live on and connect; ours ends with all of its calls. */
    @Test
    void aCallerWhoseTargetsAgentEndsBeforeItConnectsIsTold() throws Exception {
        rig.start();
        try (PlayedAgent a1 = rig.agent(1)) {
            RawAgent a2 = RawAgent.control(rig.directory(2), 2, 4);
            rig.awaitState("a2", "connected");
            CompletableFuture<Calling> calling = CompletableFuture.supplyAsync(() -> {
                try {
                    return a1.call("a2", "test.Cat");
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            String order = a2.receive(8);
            assertThat(order).as("to run a command").startsWith("00020000");
            a2.close();
            try (Calling call = calling.get()) {
                assertThat(call.exchange(new byte[0])).isEmpty();
                assertThat(call.exitCode()).isEqualTo(125);
            }
        }
        assertThat(rig.ended().end().orElseThrow().exitCode()).isEmpty();
    }

    @Test
    void soDoesOneWithTheHostAtItsOtherEnd() throws Exception {
        rig.start().service("test.Cat", "cat; exit 4");
        PlayedAgent a1 = rig.agent(1);
        Calling call = a1.call("work", "test.Cat");
        a1.close();
        rig.awaitState("a1", "gone");
        assertThat(call.exchange("still here".getBytes(UTF_8))).asString().isEqualTo("still here");
        assertThat(call.exitCode()).isEqualTo(4);
        assertThat(rig.ended().end().orElseThrow().exitCode()).hasValue(4);
    }

    @Test
    void agentsThatLiveAreFoundByTheNextHostAndTheirCallsGoOn() throws Exception {
        rig.start();
        PlayedAgent a1 = rig.agent(1);
        PlayedAgent a2 = rig.agent(2).with("test.Cat", AgentLifeTest::cat);
        rig.awaitState("a2", "connected");
        Calling call = a1.call("a2", "test.Cat");
        assertThat(a2.commands.take()).contains("test.Cat");
        rig.close();
        a1.awaitCutOff();
        a2.awaitCutOff();
        assertThat(rig.audit().getLast().end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
        PlayedAgent again = rig.agent(1);
        assertThat(rig.directory(1).resolve("vchan.1.0.512.sock")).exists();
        rig.start();
        again.awaitHost();
        assertThat(call.exchange("on".getBytes(UTF_8))).asString().isEqualTo("on");
        rig.service("test.Hello", "echo hello");
        try (Calling next = again.call("work", "test.Hello")) {
            assertThat(next.exchange(new byte[0])).asString().isEqualTo("hello\n");
        }
        again.close();
    }

    private static void endCalls(HostLayout layout, String id) throws Exception {
        try (SocketChannel socket = UnixPaths.connect(layout.callsSocket())) {
            String request = "{\"do\":\"end\",\"call\":\"" + id + "\"}\n";
            Bytes.writeFully(socket, ByteBuffer.wrap(request.getBytes(UTF_8)));
            assertThat(Channels.newInputStream(socket).read()).isEqualTo('{');
        }
    }

    @Test
    void theOwnerEndsACallThatGoesPastTheHostByTheTargetsAgent() throws Exception {
        rig.start();
        try (PlayedAgent a1 = rig.agent(1);
                PlayedAgent a2 = rig.agent(2)) {
            CountDownLatch ending = new CountDownLatch(1);
            CountDownLatch begun = new CountDownLatch(1);
            a2.with("test.Wait", streams -> {
                begun.countDown();
                ending.await();
                return 125;
            });
            a2.with("qair.EndCall", streams -> {
                ending.countDown();
                return 0;
            });
            rig.awaitBoth();
            try (Calling call = a1.call("a2", "test.Wait")) {
                begun.await();
                assertThat(a2.commands.take()).contains("test.Wait");
                endCalls(rig.layout, rig.audit().getLast().id().value());
                assertThat(call.exitCode()).isEqualTo(125);
                assertThat(a2.commands.take())
                        .isEqualTo("DEFAULT:nogui:QUBESRPC qair.EndCall+1+" + call.address.port() + " dom0");
            }
            AuditRecord kept = rig.ended();
            assertThat(kept.end().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
            assertThat(kept.reason().orElseThrow()).isEqualTo("ended by the host's owner");
        }
    }

    @Test
    void whatAnAgentCannotEndIsNotSaidToHaveEnded() throws Exception {
        rig.start();
        try (PlayedAgent a1 = rig.agent(1);
                PlayedAgent a2 = rig.agent(2).with("test.Cat", AgentLifeTest::cat)) {
            rig.awaitBoth();
            try (Calling call = a1.call("a2", "test.Cat")) {
                assertThat(a2.commands.take()).contains("test.Cat");
                endCalls(rig.layout, rig.audit().getLast().id().value());
                AuditRecord kept = rig.ended();
                assertThat(kept.end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
                assertThat(kept.reason().orElseThrow()).isEqualTo("the agent of qube `a2` cannot end it");
                assertThat(call.exchange("goes on".getBytes(UTF_8))).asString().isEqualTo("goes on");
            }
        }
    }

    @Test
    void aQubeThatIsNoLongerAgentRunLosesItsAgentAndItsDirectory() throws Exception {
        rig.start().service("test.Wait", "echo; exec sleep 1000");
        PlayedAgent a1 = rig.agent(1);
        Calling call = a1.call("work", "test.Wait");
        assertThat(call.channel.stdout().read()).isEqualTo('\n');
        try (AdminAccess admin = AdminAccess.open(rig.layout)) {
            admin.call("admin.vm.property.Set", "agent", new QubeName("a1"), "none");
        }
        a1.awaitCutOff();
        assertThat(call.exitCode()).as("cut off").isEqualTo(125);
        assertThat(rig.directory(1)).doesNotExist();
        assertThat(rig.layout.agentSocket(new QubeName("a1")))
                .as("it is host-run now")
                .exists();
        try (AdminAccess admin = AdminAccess.open(rig.layout)) {
            admin.call("admin.vm.property.Set", "agent", new QubeName("a1"), "vchan");
        }
        assertThat(rig.layout.agentSocket(new QubeName("a1"))).doesNotExist();
        try (PlayedAgent next = rig.agent(1)) {
            next.awaitHost();
        }
    }

    @Test
    void aQubeThatIsRenamedKeepsItsAgentAndCallsByItsNewName() throws Exception {
        rig.start().service("test.Who", "echo $QREXEC_REMOTE_DOMAIN");
        try (PlayedAgent a1 = rig.agent(1)) {
            a1.awaitHost();
            try (AdminAccess admin = AdminAccess.open(rig.layout)) {
                admin.call("admin.vm.property.Set", "name", new QubeName("a1"), "b1");
            }
            try (Calling call = a1.call("work", "test.Who")) {
                assertThat(call.exchange(new byte[0])).asString().isEqualTo("b1\n");
            }
        }
    }

    @Test
    void anAgentOfTheHostsOwnUserMayUseTheDirectoryOfAll() throws Exception {
        rig.start();
        try (PlayedAgent a1 = PlayedAgent.start(rig.layout.vchans(), 1).with("test.Cat", AgentLifeTest::cat);
                PlayedAgent a2 = rig.agent(2)) {
            a1.awaitHost();
            rig.awaitBoth();
            try (Calling call = a2.call("a1", "test.Cat")) {
                assertThat(call.exchange("across".getBytes(UTF_8))).asString().isEqualTo("across");
                assertThat(call.exitCode()).isEqualTo(3);
            }
        }
    }

    @Test
    void aDirectoryThatOthersMayEnterIsRefused() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        String setting = "vchan-directory = \"" + open + "\"";
        assertThatThrownBy(() -> rig.start("[agents]", setting))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("whoever enters `" + open + "` can be any qube");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
        rig.start("[agents]", setting);
        try (PlayedAgent a1 = PlayedAgent.start(open.resolve("q1"), 1)) {
            a1.awaitHost();
        }
    }

    @Test
    void aCallerThatTheHostCannotConnectIsToldOfTheFailure() throws Exception {
        rig.start();
        try (PlayedAgent a1 = rig.agent(1)) {
            PlayedAgent a2 = rig.agent(2);
            rig.awaitState("a2", "connected");
            PlayedAgent.Asked asked = a1.ask("a2", "test.Cat");
            var address = asked.await().orElseThrow();
            assertThat(address.domain()).isEqualTo(2);
            a2.close();
            rig.awaitState("a2", "gone");
            try (Calling call = a1.calling(address)) {
                assertThat(call.exitCode()).isEqualTo(125);
            }
        }
        assertThat(rig.ended().reason().orElseThrow()).isEqualTo("the agent of qube `a2` went away");
    }
}
