package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;

/** Starting, stopping, being killed; the registry and the policy of a host that runs and of one that does not. */
@Timeout(240)
class HostLifeTest {
    @TempDir
    Path directory;

    private TestHost host;

    @BeforeEach
    void make() throws Exception {
        host = new TestHost(directory.resolve("h"));
        Qubes.make(host.layout, qubes -> qubes.local("vm1", "vm2"));
        host.policy("* * vm1 vm2 allow");
        host.service("test.Hello", "echo hello");
        host.service("test.Wait", "echo $$; exec sleep 1000");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private Finished hello() throws Exception {
        return host.call("vm1", new byte[0], "vm2", "test.Hello");
    }

    private Process waiting() throws Exception {
        return new ProcessBuilder(host.caller("vm1", "--", "vm2", "test.Wait")).start();
    }

    private static ProcessHandle service(Process caller) throws Exception {
        String line = caller.inputReader().readLine();
        return ProcessHandle.of(Long.parseLong(line)).orElseThrow();
    }

    @Test
    void terminatesWithItsCallsAndLeavesNothingBehind() throws Exception {
        host.settings("[host]", "grace-seconds = 0");
        host.start();
        Process caller = waiting();
        ProcessHandle service = service(caller);
        host.terminate();
        assertThat(host.process().exitValue()).isZero();
        service.onExit().join();
        assertThat(caller.waitFor()).isEqualTo(125);
        try (Stream<Path> left = Files.walk(host.layout.root().resolve("run"), FileVisitOption.FOLLOW_LINKS)) {
            assertThat(left.filter(path -> !Files.isDirectory(path))).isEmpty();
        }
        assertThat(host.audit().getLast().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void givesRunningCallsAGracePeriod() throws Exception {
        host.settings("[host]", "grace-seconds = 60");
        host.service("test.Input", "echo ready; cat");
        host.start();
        Process caller = new ProcessBuilder(host.caller("vm1", "--", "vm2", "test.Input")).start();
        assertThat(caller.inputReader().readLine()).isEqualTo("ready");
        host.process().destroy();
        Await.until(() -> hello().exitCode() != 0);
        assertThat(host.process().isAlive()).isTrue();
        caller.getOutputStream().write("late\n".getBytes(StandardCharsets.UTF_8));
        caller.getOutputStream().close();
        assertThat(caller.inputReader().readLine()).isEqualTo("late");
        assertThat(caller.waitFor()).isZero();
        host.process().onExit().join();
    }

    @Test
    void startsAgainAfterItWasKilled() throws Exception {
        host.start();
        Process caller = waiting();
        ProcessHandle service = service(caller);
        host.process().destroyForcibly().onExit().join();
        assertThat(caller.waitFor()).isEqualTo(125);
        service.destroyForcibly();
        host.start();
        assertThat(hello().stdout()).isEqualTo("hello\n");
        AuditRecord lost = host.audit().getFirst();
        assertThat(lost.end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void aSecondHostOfOneRootDoesNotStartAndDoesNotHarmTheFirst() throws Exception {
        host.start();
        Finished second = host.tryQair("host");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.stderr()).contains(Long.toString(host.process().pid()));
        assertThat(hello().stdout()).isEqualTo("hello\n");
    }

    @Test
    void qubesAreManagedOnARunningHostAndOnAStoppedOne() throws Exception {
        host.qair("qube", "create", "before", "--tag", "blue");
        host.start();
        host.qair("qube", "create", "during");
        host.qair("qube", "create", "far", "--relayvm", "during", "--remote-name", "elsewhere");
        host.qair("qube", "set", "far", "--property", "remote_name=other", "--tag", "green");
        assertThat(host.qair("qube", "list")).contains("before", "during", "far");
        assertThat(host.qair("qube", "show", "far")).contains("other", "green", "relayvm-during");
        assertThat(host.tryQair("qube", "remove", "during").stderr()).contains("far");
        host.process().destroyForcibly().onExit().join();
        assertThat(host.qair("qube", "show", "far")).contains("other");
        host.qair("qube", "remove", "far");
        host.qair("qube", "remove", "during");
        assertThat(host.qair("qube", "list")).contains("before").doesNotContain("during");
    }

    @Test
    void aQubeMadeWhileTheHostRunsCanCallAtOnceAndARemovedOneNoMore() throws Exception {
        host.policy("* * @anyvm vm2 allow");
        host.start();
        host.qair("qube", "create", "young");
        assertThat(host.call("young", new byte[0], "vm2", "test.Hello").stdout())
                .isEqualTo("hello\n");
        host.qair("qube", "remove", "young");
        assertThat(host.agentSocket("young")).doesNotExist();
    }

    @Test
    void changesOfThePolicyHoldAtOnceAndABrokenOneDeniesAll() throws Exception {
        host.start();
        assertThat(hello().exitCode()).isZero();
        host.policy("* * vm1 vm2 deny");
        Await.until(() -> hello().exitCode() == 126);
        host.policy("* * vm1 vm2 allow");
        Await.until(() -> hello().exitCode() == 0);
        host.policy("* * vm1 vm2 allow", "", "* * vm1 vm2 alow");
        Await.until(() -> hello().exitCode() == 126);
        assertThat(host.readLog()).contains("30-test.policy:3");
        host.policy("* * vm1 vm2 allow");
        Await.until(() -> hello().exitCode() == 0);
    }

    @Test
    void aBrokenPolicyMayLeaveTheLastGoodOneInForce() throws Exception {
        host.settings("on-broken-policy = \"keep-last-good\"");
        host.start();
        host.policy("nonsense");
        Await.until(() -> host.readLog().contains("STAYS IN FORCE"));
        assertThat(hello().exitCode()).isZero();
    }

    @Test
    void aPolicyThatFailsItsOwnTestsIsNotLoaded() throws Exception {
        host.write(
                host.layout.policy().resolve("own.tests"), "# what must hold\nvm1 vm2 test.Hello allow\n", "rw-r--r--");
        host.start();
        assertThat(hello().exitCode()).isZero();
        host.policy("* * vm1 vm2 deny");
        Await.until(() -> host.readLog().contains("own.tests:2: expected allow"));
        assertThat(host.readLog()).contains("STAYS IN FORCE");
        assertThat(hello().exitCode()).isZero();
        host.write(host.layout.policy().resolve("own.tests"), "vm1 vm2 test.Hello deny\n", "rw-r--r--");
        Await.until(() -> hello().exitCode() == 126);
    }

    @Test
    void thePolicySocketAnswersTheFieldsClients() throws Exception {
        host.start();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(host.layout.policySocket()))) {
            channel.write(ByteBuffer.wrap("source=vm1\nintended_target=vm2\nservice_and_arg=test.Hello\n\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("user=DEFAULT\nresult=allow\ntarget=vm2\ntarget_uuid=uuid:")
                    .endsWith("\nautostart=True\nrequested_target=vm2");
        }
        assertThat(host.readLog()).contains("policy socket: test.Hello: vm1 -> vm2: allowed to vm2 (");
    }

    @Test
    void anUnknownSettingIsAnErrorThatNamesTheNearMiss() throws Exception {
        host.settings("[host]", "grace-secnds = 3");
        Finished refused = host.tryQair("host");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).contains("qair.toml:2").contains("`grace-seconds`");
    }

    private String callerAtTheDefaultSocket() throws Exception {
        Finished finished = Programs.run(
                List.of(Programs.client(), "--agent-socket=" + host.layout.triggerSocket(), "--", "vm2", "test.Hello"),
                new byte[0]);
        assertThat(finished.stdout()).as(finished.stderr()).isEqualTo("hello\n");
        return host.audit().getLast().caller();
    }

    @Test
    void theDefaultSocketMapsTheCallersUserAlsoWhenItIsTheHostsOwn() throws Exception {
        host.policy("* * dom0 vm2 allow", "* * @anyvm vm2 allow");
        host.start();
        assertThat(callerAtTheDefaultSocket()).isEqualTo("dom0");
        host.qair("qube", "set", "vm1", "--property", "unix_user=" + System.getProperty("user.name"));
        assertThat(callerAtTheDefaultSocket()).isEqualTo("vm1");
        host.qair("qube", "remove", "vm1");
        assertThat(callerAtTheDefaultSocket()).isEqualTo("dom0");
    }

    @Test
    void bothCommandsWorkThroughALinkElsewhere() throws Exception {
        host.start();
        Path qair = Files.createSymbolicLink(directory.resolve("qair-link"), Path.of(Programs.qair()));
        Path client = Files.createSymbolicLink(directory.resolve("client-link"), Path.of(Programs.client()));
        Finished list = Programs.run(
                List.of(
                        qair.toString(),
                        "qube",
                        "list",
                        "--root",
                        host.layout.root().toString()),
                new byte[0]);
        assertThat(list.stdout()).contains("vm1");
        Finished call = Programs.run(
                List.of(client.toString(), "--agent-socket=" + host.agentSocket("vm1"), "vm2", "test.Hello"),
                new byte[0]);
        assertThat(call.stdout()).isEqualTo("hello\n");
    }

    @Test
    void theAdminApiIsAServiceOfDom0UnderPolicy() throws Exception {
        host.policy(
                "admin.vm.List * vm1 dom0 allow",
                "admin.vm.List * vm1 vm2 allow target=dom0",
                "admin.vm.property.Get +klass vm1 vm2 allow target=dom0");
        host.start();
        Finished list = host.call("vm1", new byte[0], "dom0", "admin.vm.List");
        assertThat(list.stdout())
                .startsWith("0\0dom0 class=AdminVM")
                .contains("vm2 class=AppVM")
                .doesNotContain("vm1");
        assertThat(host.call("vm1", new byte[0], "vm2", "admin.vm.property.Get+klass")
                        .stdout())
                .isEqualTo("0\0default=True type=str AppVM");
        assertThat(host.call("vm1", new byte[0], "vm2", "admin.vm.Remove").exitCode())
                .isEqualTo(126);
    }

    @Test
    void aChangeOfAnIncludedFileHoldsAtOnce() throws Exception {
        Path included = host.layout.root().resolve("elsewhere/rules");
        host.write(included, "* * vm1 vm2 allow\n", "rw-r--r--");
        host.policy("!include /elsewhere/rules");
        host.start();
        assertThat(hello().exitCode()).isZero();
        host.write(included, "* * vm1 vm2 deny\n", "rw-r--r--");
        Await.until(() -> hello().exitCode() == 126);
    }

    @Test
    void policyIsChangedByItsServicesUnderPolicyAndIsInForceAtOnce() throws Exception {
        host.policy("policy.Replace +40-new vm1 dom0 allow", "policy.EvalSimple * vm1 dom0 allow", "* * vm2 vm1 deny");
        host.start();
        assertThat(hello().exitCode()).isEqualTo(126);
        Finished refused = host.call(
                "vm1",
                "new\n\ntest.Hello * vm1 vm2 alow\n".getBytes(StandardCharsets.UTF_8),
                "dom0",
                "policy.Replace+40-new");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).startsWith("PolicyAdminSyntaxException ").contains("40-new.policy:2: `alow`");
        Finished replaced = host.call(
                "vm1",
                "new\ntest.Hello * vm1 vm2 allow\n".getBytes(StandardCharsets.UTF_8),
                "dom0",
                "policy.Replace+40-new");
        assertThat(replaced.exitCode()).as(replaced.stderr()).isZero();
        assertThat(hello().stdout()).isEqualTo("hello\n");
        assertThat(host.call("vm1", new byte[0], "dom0", "policy.Get+40-new").exitCode())
                .isEqualTo(126);
        assertThat(host.call("vm1", "vm1\0vm2".getBytes(StandardCharsets.UTF_8), "dom0", "policy.EvalSimple+test.Hello")
                        .stdout())
                .isEqualTo("result=allow\n");
    }
}
