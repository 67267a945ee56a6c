package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the far host, its key and its disk while calls run or are made. */
@Timeout(240)
class FarHostTest {
    private static final byte[] HELLO = {'h', 'i'};
    private static final int CALLS = 4;

    @TempDir
    Path directory;

    private TwoHosts hosts;

    @BeforeEach
    void make() {
        hosts = new TwoHosts(directory);
    }

    @AfterEach
    void stop() {
        hosts.close();
    }

    /** What it listened on last, it listens on again. */
    private void keepPort() throws Exception {
        Path settings = hosts.remote.layout.settings();
        hosts.remote.settings(Files.readString(settings).replace("127.0.0.1:0", hosts.remote.endpoint()));
    }

    @Test
    void aFarHostThatIsKilledAndStartedAgainFailsItsCallsOnceAndRunsNoneTwice() throws Exception {
        hosts.start();
        keepPort();
        Path ledger = directory.resolve("ledger");
        hosts.remote.service("test.Long", "echo \"$1\" >>" + ledger, "echo $$", "exec sleep 1000");
        hosts.remote.service("test.Cat", "exec cat");
        List<Process> callers = new ArrayList<>();
        List<ProcessHandle> services = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            Process caller =
                    new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.Long+" + i)).start();
            callers.add(caller);
            long service = Long.parseLong(caller.inputReader().readLine());
            services.add(ProcessHandle.of(service).orElseThrow());
        }
        hosts.remote.process().destroyForcibly();
        hosts.remote.process().onExit().join();
        for (Process caller : callers) {
            assertThat(caller.waitFor()).isEqualTo(125);
        }
        services.forEach(ProcessHandle::destroyForcibly);
        hosts.remote.start();
        Finished next = hosts.call(HELLO, "test.Cat");
        assertThat(next.stdout()).as(hosts.local.readLog()).isEqualTo("hi");
        assertThat(Files.readAllLines(ledger)).containsExactlyInAnyOrder("0", "1", "2", "3");
        assertThat(hosts.local.readLog()).contains("the connection was lost before the service ended");
    }

    @Test
    void aFarHostWithAnotherKeyIsRefusedAndNamed() throws Exception {
        hosts.start();
        keepPort();
        hosts.remote.service("test.Cat", "exec cat");
        assertThat(hosts.call(HELLO, "test.Cat").exitCode()).isZero();
        String before = hosts.remote.qair("key", "show", "--endpoint");
        hosts.remote.terminate();
        Files.delete(hosts.remote.layout.keys().resolve("endpoint"));
        Files.deleteIfExists(hosts.remote.layout.keys().resolve("endpoint.pub"));
        hosts.remote.start();
        assertThat(hosts.remote.qair("key", "show", "--endpoint")).isNotEqualTo(before);
        int seen = hosts.remote.audit().size();
        assertThat(hosts.call(HELLO, "test.Cat").exitCode()).isEqualTo(125);
        assertThat(hosts.remote.audit()).hasSize(seen);
        assertThat(hosts.local.readLog()).contains("is not the pinned one", "peer `far`");
    }

    @Test
    void aFullDiskAtTheFarEndIsTheServicesFailureAndHarmsNoOtherCall() throws Exception {
        try (SmallDisk disk = SmallDisk.at(directory.resolve("r"))) {
            hosts.start();
            hosts.remote.service("test.Cat", "exec cat");
            hosts.remote.service("test.Write", "cat >" + disk.path() + "/written || exit 9");
            assertThat(hosts.call(HELLO, "test.Write").exitCode()).isZero();
            disk.fill();
            assertThat(hosts.call(new byte[1 << 20], "test.Write").exitCode()).isEqualTo(9);
            Finished other = hosts.call(HELLO, "test.Cat");
            assertThat(other.stdout()).as(hosts.remote.readLog()).isEqualTo("hi");
            assertThat(other.exitCode()).isZero();
            disk.free();
            assertThat(hosts.call(HELLO, "test.Write").exitCode()).isZero();
            hosts.close();
        }
    }

    @Test
    void aFullDiskStopsCallsWhereTheAuditIsRequired() throws Exception {
        try (SmallDisk disk = SmallDisk.at(directory.resolve("r"))) {
            hosts.start("audit = \"required\"");
            hosts.remote.service("test.Cat", "exec cat");
            assertThat(hosts.call(HELLO, "test.Cat").exitCode()).isZero();
            disk.fill();
            Await.until(() -> hosts.call(HELLO, "test.Cat").exitCode() == 125); // as soon as the last page is full
            assertThat(hosts.local.audit().getLast().end().orElseThrow().exitCode())
                    .hasValue(125);
            disk.free();
            Await.until(() -> hosts.call(HELLO, "test.Cat").exitCode() == 0);
            hosts.close();
        }
    }
}
