package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.endpoint.EndpointFixture;

/** Slow readers and large transfers do not fill memory. */
class BackPressureTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(300)
    void aLargeTransferArrivesUnchangedInASmallHeap() throws Exception {
        String output = Tools.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.qair.relay.LargeTransfer",
                directory.toString(),
                System.getProperty("qair.test.mib", "256"));
        assertThat(output).contains("exit 7 same true");
    }

    /** 64 services that write for ever to clients that never read, and 64 clients that write to services that do not. */
    @Test
    void readersThatDoNotReadCostNoMoreThanTheBudget() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory);
                TransportFixture near = new TransportFixture(far.peer())) {
            List<Thread> calls = new ArrayList<>();
            StuckOutput stuck = new StuckOutput();
            for (int i = 0; i < 64; i++) {
                calls.add(near.callInThread("endless", stuck.caller()));
                calls.add(near.callInThread("gate", new TransportFixture.Caller(new EndlessInput())));
            }
            for (int i = 0; i < 64; i++) {
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("arrived");
            }
            stuck.writers.acquire(64);
            assertThat(near.call("echo", TransportFixture.Caller.silent())).isZero();
            for (Thread call : calls) {
                call.interrupt();
            }
            for (Thread call : calls) {
                call.join();
            }
        }
    }
}
