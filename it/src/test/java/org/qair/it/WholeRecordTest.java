package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.AdminAccess;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;

/** One call through two hosts, with everything that can be known of it: both audits, the service and the metrics say the same. */
@Timeout(240)
class WholeRecordTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    Path directory;

    private TwoHosts hosts(Path directory) throws Exception {
        TwoHosts hosts = new TwoHosts(directory).start("", "[metrics]", "socket = true");
        hosts.remote.service(
                "test.Who",
                "cat >/dev/null",
                "echo \"$TRACEPARENT $QAIR_CALL $QREXEC_REMOTE_DOMAIN $QAIR_SOURCE_PROOF\"",
                "echo warning >&2",
                "exit 3");
        hosts.remote.qair(
                "key",
                "pin",
                "Local-Qube",
                "--required",
                hosts.local.qair("key", "show", "--host").strip());
        return hosts;
    }

    /** A program of the host's owner that is part of a trace. */
    private static CompletableFuture<Finished> call(TestHost host) throws Exception {
        List<String> command = new ArrayList<>(List.of(Programs.qair(), "call", "-s", "Local-Qube"));
        command.addAll(List.of("--root", host.layout.root().toString(), "Remote-Qube", "test.Who+a"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TRACEPARENT", TRACE);
        Process process = builder.start();
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Programs.finish(process, "hello".getBytes(StandardCharsets.US_ASCII));
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    private static String metrics(TestHost host) throws Exception {
        try (SocketChannel socket =
                SocketChannel.open(java.net.UnixDomainSocketAddress.of(host.layout.metricsSocket()))) {
            int ignored = socket.write(
                    java.nio.ByteBuffer.wrap("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void promptProofRelaysStagesBytesTraceAndOutcomeUnderOneId() throws Exception {
        try (TwoHosts hosts = hosts(directory)) {
            TestHost near = hosts.local;
            near.policy("* * Local-Qube Remote-Qube ask default_target=Remote-Qube");
            try (AdminAccess admin = AdminAccess.open(near.layout)) {
                assertThat(admin.reload()).isEmpty();
            }
            CompletableFuture<Finished> call = call(near);
            Await.until(() -> near.qair("prompts", "list").contains("Local-Qube wants to call test.Who"));
            assertThat(metrics(near).lines()).contains("qair_prompts_waiting 1.0", "qair_prompt_calls_waiting 1.0");
            Await.until(() -> near.tryQair("prompts", "answer", "1", "--allow", "Remote-Qube")
                            .exitCode()
                    == 0);

            assertThat(call.get().exitCode()).as(call.get().stderr()).isEqualTo(3);
            AuditRecord here = near.audit().getLast();
            AuditRecord there = hosts.remote.audit().getLast();
            assertThat(call.get().stdout()).isEqualTo("%s %s Local-Qube verified\n".formatted(TRACE, here.id()));
            checkNear(here);
            checkFar(there);
            assertThat(there.id()).as("one id on both hosts").isEqualTo(here.id());
            assertThat(hosts.remote.readLog()).contains("Local-Qube (via Remote-Relay, verified) -> work: test.Who+a");
            assertThat(near.qair("audit", "--json", "--call", here.id().value().substring(0, 8)))
                    .contains("\"trace\":\"" + TRACE + "\"")
                    .contains("\"stages_us\":{\"decide\":");
            assertThat(near.qair("audit", "verify")).contains("2 entries fit together");
            assertThat(metrics(near).lines())
                    .contains(
                            "qair_calls_total{decision=\"ask\",door=\"host\",outcome=\"completed\"} 1.0",
                            "qair_prompts_total{end=\"allowed\"} 1.0",
                            "qair_call_stage_seconds_count{stage=\"prompt\"} 1",
                            "qair_call_stage_seconds_count{stage=\"first-byte\"} 1",
                            "qair_call_bytes_total{stream=\"in\"} 5.0",
                            "qair_peer_connections 1.0");
        }
    }

    private static void checkNear(AuditRecord call) {
        assertThat(call.source()).isEqualTo("Local-Qube");
        assertThat(call.target()).contains("Remote-Qube");
        assertThat(call.relay()).contains("Local-Relay");
        assertThat(call.decision()).isEqualTo("ask");
        assertThat(call.evidence().prompt())
                .hasValueSatisfying(answer -> assertThat(answer).startsWith("allow, by "));
        assertThat(call.evidence().trace()).contains(TRACE);
        check(call, "decide", "prompt", "queue", "connect", "open", "first-byte");
    }

    private static void checkFar(AuditRecord call) {
        assertThat(call.source()).isEqualTo("Local-Qube");
        assertThat(call.via()).contains("Remote-Relay");
        assertThat(call.evidence().proof()).contains("verified");
        assertThat(call.evidence().trace()).contains(TRACE);
        assertThat(call.decision()).isEqualTo("allow");
        check(call, "decide");
    }

    private static void check(AuditRecord call, String... stages) {
        assertThat(call.rule()).hasValueSatisfying(rule -> assertThat(rule).endsWith("30-test.policy:1"));
        assertThat(call.end()).hasValueSatisfying(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(end.exitCode()).contains(3);
            assertThat(end.stages()).containsOnlyKeys(stages);
            assertThat(end.bytes()).hasValueSatisfying(bytes -> {
                assertThat(bytes.in()).isEqualTo(5);
                assertThat(bytes.out()).isPositive();
                assertThat(bytes.err()).isEqualTo(8);
            });
        });
    }
}
