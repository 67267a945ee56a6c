package org.qair.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.unix.UnixPaths;
import org.qair.host.agents.AgentRig;
import org.qair.host.agents.PlayedAgent;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.policy.QubeName;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** The socket of the host's owner, with a whole host behind it. */
@Timeout(120)
class HostDoorTest {
    @TempDir
    Path directory;

    private AgentRig rig;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory);
        rig.policy(
                "test.Bad * @anyvm @anyvm deny",
                "test.Own * dom0 @anyvm allow",
                "* * @anyvm @anyvm allow",
                "* * dom0 @anyvm allow");
        rig.service("test.Who", "cat; echo \"$QREXEC_REMOTE_DOMAIN\" >&2; exit 4");
        rig.service("test.Own", "exit 0");
        rig.start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private CallerChannel ask(String target, Optional<String> user, HostRequest.Asked asked) throws IOException {
        return HostConnection.ask(rig.layout, new HostRequest(target, user, asked), errors);
    }

    private CallerChannel call(String source, String target, String service) throws IOException {
        return ask(target, Optional.empty(), new HostRequest.Call(source, service));
    }

    private int exitCode(CallerChannel call) throws IOException {
        try (call) {
            call.stdin().close();
            return call.exitCode();
        }
    }

    private String told() {
        return errors.toString(UTF_8);
    }

    @Test
    void aCallIsJudgedAsFromDom0OrFromTheQubeThatIsNamed() throws Exception {
        try (CallerChannel call = call("dom0", "work", "test.Who")) {
            call.stdin().write("hello".getBytes(UTF_8));
            call.stdin().close();
            assertThat(call.stdout().readAllBytes()).asString().isEqualTo("hello");
            assertThat(call.exitCode()).isEqualTo(4);
        }
        assertThat(told()).isEqualTo("dom0\n");
        AuditRecord kept = rig.ended();
        assertThat(kept.door()).isEqualTo("host");
        assertThat(kept.caller()).isEqualTo("dom0");
        assertThat(exitCode(call("a1", "work", "test.Who"))).isEqualTo(4);
        assertThat(told()).isEqualTo("dom0\na1\n");
        assertThat(exitCode(call("dom0", "work", "test.Own"))).isZero();
    }

    @Test
    void aCallAsFromARemoteVmComesByItsRelay() throws Exception {
        try (AdminAccess admin = AdminAccess.open(rig.layout)) {
            admin.call("admin.vm.Create.RemoteVM", "", QubeName.DOM0, "name=far label=red");
            assertThat(exitCode(call("far", "work", "test.Who"))).isEqualTo(125);
            assertThat(told()).isEqualTo("qair: RemoteVM `far` has no relayvm that its calls could come by\n");
            admin.call("admin.vm.property.Set", "relayvm", new QubeName("far"), "a1");
        }
        assertThat(exitCode(call("far", "work", "test.Who"))).isEqualTo(4);
        assertThat(told()).endsWith("\nfar\n");
        assertThat(rig.ended().via()).hasValue("a1");
    }

    @Test
    void aUserIsNotForARemoteVm() throws Exception {
        try (AdminAccess admin = AdminAccess.open(rig.layout)) {
            admin.call("admin.vm.Create.RemoteVM", "", QubeName.DOM0, "name=far label=red");
            admin.call("admin.vm.property.Set", "relayvm", new QubeName("far"), "a1");
            admin.call("admin.vm.property.Set", "transport_rpc", new QubeName("far"), "test.Transport");
        }
        assertThat(exitCode(ask("far", Optional.of("root"), new HostRequest.Call("dom0", "test.Who"))))
                .isEqualTo(125);
        assertThat(told()).contains("a user cannot be given for a RemoteVM");
    }

    @Test
    void aRefusalSaysWhyAndIs126() throws Exception {
        assertThat(exitCode(call("a1", "work", "test.Bad"))).isEqualTo(126);
        assertThat(told()).startsWith("qair: ").contains("30-test.policy");
        assertThat(exitCode(call("nobody", "work", "test.Who"))).isEqualTo(125);
        assertThat(told()).endsWith("qair: no such qube: `nobody`\n");
    }

    @Test
    void aFailureSaysWhyToo() throws Exception {
        assertThat(exitCode(call("dom0", "work", "test.None"))).isEqualTo(127);
        assertThat(told()).startsWith("qair: no file for service `test.None`");
    }

    @Test
    void aCallReachesAnAgentWithItsUser() throws Exception {
        try (PlayedAgent a1 = rig.agent(1).with("test.Hi", streams -> {
            streams.stdout().write("hi".getBytes(UTF_8));
            return 9;
        })) {
            a1.awaitHost();
            try (CallerChannel call = ask("a1", Optional.of("root"), new HostRequest.Call("work", "test.Hi+x"))) {
                assertThat(call.stdout().readAllBytes()).asString().isEqualTo("hi");
                assertThat(call.exitCode()).isEqualTo(9);
            }
            assertThat(a1.commands.take()).isEqualTo("root:QUBESRPC test.Hi+x work");
            assertThatThrownBy(() -> ask("a1", Optional.of("ro:ot"), new HostRequest.Call("work", "test.Hi")))
                    .hasMessage("it cannot be asked for: `ro:ot` is no user");
            assertThat(a1.commands).isEmpty();
        }
    }

    @Test
    void aCommandReachesAnAgentAsItIs() throws Exception {
        try (PlayedAgent a1 = rig.agent(1)) {
            a1.awaitHost();
            String line = "exec 'a' 'b\n$c'";
            assertThat(exitCode(ask("a1", Optional.empty(), new HostRequest.Command(line, true))))
                    .as("the played agent has no such service")
                    .isEqualTo(127);
            assertThat(a1.commands.take()).isEqualTo("DEFAULT:" + line);
            assertThat(exitCode(ask("a1", Optional.of("bob"), new HostRequest.Command("true", false))))
                    .as("just started")
                    .isZero();
            assertThat(a1.commands.take()).isEqualTo("bob:true");
        }
        AuditRecord kept = rig.ended();
        assertThat(kept.service()).isEqualTo("(command)");
        assertThat(kept.target()).hasValue("a1");
        assertThat(kept.rule()).isEmpty();
    }

    @Test
    void aQubeWithoutAnAgentRunsNoCommand() throws Exception {
        assertThat(exitCode(ask("work", Optional.empty(), new HostRequest.Command("true", true))))
                .isEqualTo(125);
        assertThat(told()).startsWith("qair: qube `work` has no agent that could run a command");
    }

    @Test
    void whoeverGoesAwayEndsTheService() throws Exception {
        rig.service("test.Wait", "echo $$; exec sleep 1000");
        CallerChannel call = call("dom0", "work", "test.Wait");
        byte[] first = new byte[16];
        int length = call.stdout().read(first);
        ProcessHandle service = ProcessHandle.of(Long.parseLong(new String(first, 0, length, UTF_8).strip()))
                .orElseThrow();
        call.close();
        service.onExit().join();
        assertThat(rig.ended().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void aCallWithoutStreamsGoesOnWhenItsCallerHasGone() throws Exception {
        Path told = fifo();
        rig.service("test.Tell", "cat; echo \"$QREXEC_REMOTE_DOMAIN\"; cat " + told + "; exit 6");
        assertThat(exitCode(ask("work", Optional.empty(), new HostRequest.Call("a1", "test.Tell", false))))
                .as("it was started")
                .isZero();
        Files.writeString(told, "the caller has gone\n"); // as soon as the service reads it
        AuditRecord kept = rig.ended();
        assertThat(kept.caller()).isEqualTo("a1");
        assertThat(kept.end().orElseThrow().exitCode()).hasValue(6);
        assertThat(kept.end().orElseThrow().bytes())
                .hasValueSatisfying(bytes -> assertThat(bytes.out()).isEqualTo(23));
        assertThat(told()).isEmpty();
    }

    @Test
    void aCallWithoutStreamsIsRefusedLikeAnyOther() throws Exception {
        assertThat(exitCode(ask("work", Optional.empty(), new HostRequest.Call("a1", "test.Bad", false))))
                .isEqualTo(126);
        assertThat(told()).startsWith("qair: ").contains("30-test.policy");
    }

    @Test
    void aCallWithoutStreamsEndsWithTheHost() throws Exception {
        Path told = fifo();
        rig.service("test.Wait", "echo $$ >" + told + "; exec sleep 1000");
        assertThat(exitCode(ask("work", Optional.empty(), new HostRequest.Call("dom0", "test.Wait", false))))
                .isZero();
        ProcessHandle service =
                ProcessHandle.of(Long.parseLong(Files.readString(told).strip())).orElseThrow();
        rig.close();
        service.onExit().join();
    }

    private Path fifo() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    @Test
    void theSocketIsItsOwnersAndTakesNothingElse() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.layout.hostSocket())))
                .isEqualTo("rw-------");
        try (SocketChannel connection = UnixPaths.connect(rig.layout.hostSocket())) {
            ControlChannel.asDaemon(connection).send(TriggerService.request("", "work", "test.Who"));
            assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(exitCode(call("dom0", "work", "test.Own"))).isZero();
        assertThat(rig.audit()).hasSize(1);
    }

    @Test
    void aHostThatDoesNotRunIsNamed() {
        rig.close();
        assertThatThrownBy(() -> call("dom0", "work", "test.Own"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does `qair host` run there");
    }

    @Test
    void aTraceOfTheCallersIsReadAndNothingElseThatLooksLikeOne() throws Exception {
        String trace = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
        HostRequest request = new HostRequest(
                "work", Optional.of("user"), new HostRequest.Call("dom0", "test.Who+a b", true, Optional.of(trace)));
        assertThatThrownBy(request::encode).hasMessageContaining("is no service");
        HostRequest traced = new HostRequest(
                "work", Optional.empty(), new HostRequest.Call("dom0", "test.Who", true, Optional.of(trace)));
        assertThat(HostRequest.decode(traced.encode())).isEqualTo(traced);
        HostRequest other = new HostRequest(
                "work", Optional.empty(), new HostRequest.Call("dom0", "test.Who", true, Optional.of("x")));
        assertThat(HostRequest.decode(other.encode()))
                .as("what has not the form is left out")
                .isEqualTo(new HostRequest("work", Optional.empty(), new HostRequest.Call("dom0", "test.Who")));
    }

    @Property(tries = 500)
    void whatIsEncodedIsReadAgainAndAnythingElseIsRefused(@ForAll String text) {
        try {
            HostRequest read = HostRequest.decode(new Message.ExecCommandLine(new VchanAddress(0, 0), text));
            assertThat(HostRequest.decode(read.encode())).isEqualTo(read);
        } catch (ProtocolException | IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
