package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that run, seen and ended by a host's owner. */
@Timeout(180)
class RunningCallsTest {
    @TempDir
    Path directory;

    @Test
    void aCallIsEndedAtBothEnds() throws Exception {
        Path pid = directory.resolve("pid");
        try (TwoHosts hosts = new TwoHosts(directory)) {
            hosts.remote.service(
                    "test.Sleep", "echo $$ >'" + pid + ".new'", "mv '" + pid + ".new' '" + pid + "'", "exec sleep 600");
            hosts.start();
            CompletableFuture<Finished> call = CompletableFuture.supplyAsync(() -> {
                try {
                    return hosts.call(new byte[0], "test.Sleep");
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            Await.until(() -> Files.exists(pid));
            long service = Long.parseLong(Files.readString(pid).strip());
            String listed = hosts.local.qair("calls");
            assertThat(listed).contains("Local-Qube -> Local-Relay  qubesair.SSHProxy+Remote-Qube+test.Sleep  for ");
            assertThat(hosts.remote.qair("calls", "--json")).contains("\"via\":\"Remote-Relay\"");
            hosts.local.qair("calls", "end", listed.substring(0, 8));
            assertThat(call.get().exitCode()).isEqualTo(125);
            Await.until(() -> ProcessHandle.of(service).isEmpty());
            assertThat(hosts.local.qair("calls")).isEmpty();
            assertThat(hosts.local.audit().getLast().reason()).contains("ended by the host's owner");
        }
    }
}
