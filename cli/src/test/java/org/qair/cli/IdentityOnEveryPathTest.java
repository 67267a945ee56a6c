package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.QubesDbClient;
import org.qair.host.audit.AuditRecord;
import org.qair.policy.QubeName;

/** Who calls whom is the same in policy, log, audit and service, on each path where users found it wrong: the table in docs/identity.md. */
@Timeout(180)
class IdentityOnEveryPathTest {
    @TempDir
    static Path directory;

    private static TwoMachines hosts;
    private HostLog log;

    @BeforeAll
    static void start() throws Exception {
        hosts = new TwoMachines(directory).start();
        for (String service : new String[] {"test.Who", "test.Who2"}) {
            hosts.remote.service(
                    service,
                    "echo \"$QREXEC_REMOTE_DOMAIN calls $QREXEC_SERVICE_FULL_NAME (${QREXEC_SERVICE_ARGUMENT-no argument})\"");
        }
        hosts.remote.qair("qube", "create", "home");
        hosts.remote.qair("qube", "create", "Other", "--relayvm", "Remote-Relay");
        remoteVm("Far-Host", "dom0");
        remoteVm("Far-Relay", "Remote-Relay");
        remoteVm("Far-Other", "Other");
    }

    private static void remoteVm(String name, String remoteName) {
        hosts.local.qair(
                "qube", "create", name, "--relayvm", "Local-Relay", "--remote-name", remoteName, "--peer", "far");
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    @BeforeEach
    void listen() throws Exception {
        log = new HostLog();
        policies("* * Local-Qube @anyvm allow", "* * Local-Qube @anyvm allow\n* * Local-Qube dom0 allow");
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    private static void policies(String local, String remote) throws Exception {
        hosts.local.policy(local);
        hosts.remote.policy(remote);
        hosts.local.reload();
        hosts.remote.reload();
    }

    private static Machine.Finished call(String target, String service) throws Exception {
        return hosts.local.call("Local-Qube", target, service, "");
    }

    private static AuditRecord here() {
        return hosts.local.audit().getLast();
    }

    private static AuditRecord there() {
        return hosts.remote.audit().getLast();
    }

    /** Lets a person on that host say yes to the next prompt. */
    private static CompletableFuture<Machine.Finished> answered(Machine host, String target, String asked)
            throws Exception {
        CompletableFuture<Machine.Finished> calling = CompletableFuture.supplyAsync(() -> {
            try {
                return call(asked, "test.Who+a");
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
        Machine.await(() -> !host.qair("prompts", "list").isBlank());
        Matcher number = Pattern.compile("[0-9]+").matcher(host.qair("prompts", "list"));
        assertThat(number.find()).isTrue();
        String id = number.group();
        assertThat(host.qair("prompts", "list")).contains("Local-Qube").contains("test.Who");
        Machine.await(
                () -> host.tryQair("prompts", "answer", id, "--allow", target).exitCode() == 0);
        return calling;
    }

    @Test
    @DisplayName(
            "`ask` and `target=` lead to a RemoteVM: the resolved target is in the rewritten call (QubesOS/qubes-issues#10914)")
    void theResolvedTargetIsInTheRewrittenCall() throws Exception {
        String ran = "Local-Qube calls test.Who+a (a)\n";
        policies(
                "* * Local-Qube @default ask default_target=Remote-Qube\n* * Local-Qube Remote-Qube ask",
                "* * Local-Qube work allow");
        assertThat(answered(hosts.local, "Remote-Qube", "@default").get().stdout())
                .isEqualTo(ran);
        assertThat(here().relayedService()).contains("qubesair.SSHProxy+Remote-Qube+test.Who+a");
        assertThat(there().requestedTarget()).isEqualTo("work");
        policies("* * Local-Qube @default allow target=Remote-Qube", "* * Local-Qube work allow");
        assertThat(call("@default", "test.Who+a").stdout()).isEqualTo(ran);
        assertThat(here().relayedService()).contains("qubesair.SSHProxy+Remote-Qube+test.Who+a");
        assertThat(there().requestedTarget()).isEqualTo("work");
    }

    @Test
    @DisplayName("a RemoteVM calls dom0: policy, service and audit have the same source, not the relay")
    void aCallToDom0HasItsOwnSource() throws Exception {
        policies("* * Local-Qube Far-Host allow", "test.Who * Local-Qube dom0 allow");
        assertThat(call("Far-Host", "test.Who+a").stdout()).isEqualTo("Local-Qube calls test.Who+a (a)\n");
        assertThat(there().source()).isEqualTo("Local-Qube");
        assertThat(there().via()).contains("Remote-Relay");
        assertThat(there().rule()).hasValueSatisfying(rule -> assertThat(rule).endsWith("30-test.policy:1"));
    }

    @Test
    @DisplayName(
            "a call to the relay itself runs there, and one that would go back through it is refused with that reason (#951)")
    void whatWouldGoBackWhereItCameFromIsRefused() throws Exception {
        assertThat(call("Far-Relay", "test.Who+a").stdout()).isEqualTo("Local-Qube calls test.Who+a (a)\n");
        assertThat(there().target()).contains("Remote-Relay");
        Machine.Finished back = call("Far-Other", "test.Who+a");
        assertThat(back.exitCode()).isIn(125, 126);
        assertThat(there().requestedTarget()).isEqualTo("Other");
        assertThat(there().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("Other"));
        hosts.remote.settings(hosts.endpoint("reverse = true"));
        hosts.remote.reload();
        assertThat(call("Far-Other", "test.Who+a").exitCode()).isEqualTo(126);
        assertThat(there().reason())
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("it came through relay `Remote-Relay` and would go back to where it came from"));
    }

    @Test
    @DisplayName(
            "a denial names the source and the relay that spoke for it (QubesOS/qubes-core-qrexec, pull request 182)")
    void aDenialNamesTheSourceAndTheRelay() throws Exception {
        policies("* * Local-Qube Remote-Qube allow", "test.Other * Local-Qube work allow");
        assertThat(call("Remote-Qube", "test.Who+a").exitCode()).isEqualTo(126);
        assertThat(log.has("refused: Local-Qube (via Remote-Relay) -> work: test.Who+a"))
                .isTrue();
        assertThat(there().source()).isEqualTo("Local-Qube");
        assertThat(there().caller()).isEqualTo("Remote-Relay");
        assertThat(hosts.remote.qair("policy", "explain", "Local-Qube", "work", "test.Who+a", "--via", "Remote-Relay"))
                .contains("Local-Qube (via Remote-Relay");
    }

    @Test
    @DisplayName(
            "an empty argument stays empty, none stays none, and further `+` are the argument's (slchris/qubes-air)")
    void argumentsArriveAsTheyWereGiven() throws Exception {
        assertThat(call("Remote-Qube", "test.Who+").stdout()).isEqualTo("Local-Qube calls test.Who+ ()\n");
        assertThat(call("Remote-Qube", "test.Who").stdout()).isEqualTo("Local-Qube calls test.Who (no argument)\n");
        assertThat(call("Remote-Qube", "test.Who+a+b+").stdout()).isEqualTo("Local-Qube calls test.Who+a+b+ (a+b+)\n");
    }

    @Test
    @DisplayName("a RemoteVM that is changed, renamed, moved or removed is so for its relay at once")
    void theRelayKnowsEachChangeOfARemoteName() throws Exception {
        remoteVm("Moving", "home");
        assertThat(call("Moving", "test.Who").exitCode()).isZero();
        assertThat(there().target()).contains("home");
        hosts.local.qair("qube", "set", "Moving", "--property", "remote_name=work");
        assertThat(call("Moving", "test.Who").exitCode()).isZero();
        assertThat(there().target()).contains("work");
        assertThat(remoteNames("Local-Relay")).contains("Moving");
        hosts.local.qair("qube", "create", "Other-Relay");
        hosts.local.qair("qube", "set", "Moving", "--property", "relayvm=Other-Relay");
        assertThat(remoteNames("Local-Relay")).doesNotContain("Moving");
        assertThat(remoteNames("Other-Relay")).contains("Moving");
        hosts.local.qair("qube", "remove", "Moving");
        assertThat(remoteNames("Other-Relay")).doesNotContain("Moving");
    }

    private static String remoteNames(String relay) throws Exception {
        Path socket = hosts.local.layout.qubeLink(new QubeName(relay)).resolve("qubesdb.sock");
        try (QubesDbClient database = QubesDbClient.connect(socket)) {
            return database.multiread("/remote/").toString();
        }
    }

    @Test
    @DisplayName("`ask` for a call from a RemoteVM, which has no GUI qube: a person of the host is asked (#10913)")
    void aRemoteVmsCallIsAskedAbout() throws Exception {
        policies("* * Local-Qube Remote-Qube allow", "* * Local-Qube work ask default_target=work");
        assertThat(answered(hosts.remote, "work", "Remote-Qube").get().stdout())
                .isEqualTo("Local-Qube calls test.Who+a (a)\n");
        assertThat(there().decision()).isEqualTo("ask");
        assertThat(there().source()).isEqualTo("Local-Qube");
        assertThat(there().evidence().prompt())
                .hasValueSatisfying(answer -> assertThat(answer).startsWith("allow, by "));
    }
}
