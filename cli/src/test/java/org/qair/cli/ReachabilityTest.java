package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.Machine.Finished;
import org.qair.host.audit.AuditRecord.End;
import org.qair.policy.QubeName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What commands say of the way to a RemoteVM. */
@Timeout(240)
class ReachabilityTest {
    @TempDir
    Path directory;

    private TwoMachines hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoMachines(directory).start();
        hosts.remote.service("test.Hello", "echo hello");
    }

    @AfterEach
    void stop() {
        hosts.close();
    }

    private JsonNode listed() {
        return hosts.local
                .qair("qube", "list", "--json")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .filter(qube -> qube.get("name").stringValue().equals("Remote-Qube"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPingIsTimedAndMakesNoCall() throws Exception {
        assertThat(hosts.local.qair("qube", "list")).contains("there called work, idle");
        String said = hosts.local.qair("ping", "Remote-Qube", "-c", "3", "-i", "0");
        assertThat(said.lines()).hasSize(4).first().asString().matches("Remote-Qube: 1: [0-9]+\\.[0-9]{3} ms");
        assertThat(said).contains("3 of 3 answered, least/average/most ");
        assertThat(listed().get("reachability").stringValue()).isEqualTo("connected");
        assertThat(listed().get("connections").intValue()).isEqualTo(1);
        assertThat(listed().get("silent_ms").isIntegralNumber()).isTrue();
        assertThat(hosts.remote.audit()).isEmpty();
    }

    @Test
    void aFarHostThatIsGoneIsNamedInEachPlace() throws Exception {
        hosts.remote.stop();
        Finished failed = hosts.local.tryQair("ping", "Remote-Qube", "-c", "2", "-i", "0", "--json");
        assertThat(failed.exitCode()).isEqualTo(1);
        JsonNode said = JsonMapper.shared().readTree(failed.stdout());
        assertThat(said.get("sent").intValue()).isEqualTo(2);
        assertThat(said.get("answered").intValue()).isZero();
        assertThat(said.get("min_ms").isNull()).isTrue();
        assertThat(said.get("failure").stringValue()).contains("peer `far`");
        assertThat(hosts.local.qair("qube", "list")).contains("there called work, failing: peer `far`");
        assertThat(listed().get("unreachable_because").stringValue()).contains("peer `far`");
    }

    @Test
    void whatAnotherProgramCarriesIsNotKnown() throws Exception {
        Path script = hosts.local
                .layout
                .servicePath(new QubeName("Local-Relay"))
                .getFirst()
                .resolve("qubesair.SSHProxy");
        hosts.local.write(script, "#!/bin/sh\n", "rwxr-xr-x");
        assertThat(listed().get("reachability").stringValue()).isEqualTo("unknown");
        assertThat(hosts.local.tryQair("ping", "Remote-Qube", "-c", "1").stdout())
                .contains("its transport is another program than this host's");
    }

    @Test
    void questionsThatHaveNoAnswerAreRefusedWithTheReason() throws Exception {
        assertThat(hosts.local.tryQair("ping", "Local-Qube", "-c", "1").stdout())
                .contains("`Local-Qube` is no RemoteVM");
        assertThat(hosts.local.tryQair("ping", "Remote-Qube", "-c", "0").exitCode())
                .isEqualTo(2);
        assertThat(hosts.local.tryQair("ping", "Remote-Qube", "-i", "-1").exitCode())
                .isEqualTo(2);
        hosts.local.stop();
        assertThat(hosts.local.tryQair("ping", "Remote-Qube", "-c", "1").stderr())
                .contains("the host does not run: start it with `qair host`");
        assertThat(listed().has("reachability")).isFalse();
    }

    @Test
    void theAuditHasTheTimeOfEachStage() throws Exception {
        assertThat(hosts.call("test.Hello").exitCode()).isZero();
        Machine.await(() -> hosts.local.audit().getLast().end().isPresent());
        End end = hosts.local.audit().getLast().end().orElseThrow();
        assertThat(end.stages()).containsKeys("queue", "connect", "open", "first-byte");
        assertThat(end.stages().get("connect")).as("it had to connect").isPositive();
        assertThat(end.stages().values().stream().mapToLong(Long::longValue).sum())
                .isLessThanOrEqualTo(end.durationMicros());
        assertThat(hosts.local.qair("audit", "--last", "1", "--stages"))
                .matches("(?s).* queue=[0-9.]+ms connect=[0-9.]+ms open=[0-9.]+ms first-byte=[0-9.]+ms.*");
        assertThat(hosts.local.qair("audit", "--last", "1")).doesNotContain("first-byte");
        assertThat(hosts.local.qair("audit", "--last", "1", "--json")).contains("\"stages_us\":{", "\"queue\":");
        hosts.remote.stop();
        assertThat(hosts.call("test.Hello").exitCode()).isEqualTo(125);
        Machine.await(() -> hosts.local.audit().getLast().end().isPresent());
        assertThat(hosts.local.audit().getLast().end().orElseThrow().stages())
                .as("it came to no channel")
                .containsKeys("queue", "connect")
                .doesNotContainKeys("open", "first-byte");
        assertThat(hosts.remote.qair("audit", "--stages")).doesNotContain("queue=");
    }
}
