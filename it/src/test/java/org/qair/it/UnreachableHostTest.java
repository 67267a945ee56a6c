package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.wire.NetworkLink;

/**
 * A host in a network of its own that listens nowhere, as behind a NAT: it is called back through the connection that it keeps, over a
 * wire of 20 ms that loses packets and is cut.
 */
@Timeout(240)
class UnreachableHostTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path directory;

    private static NetworkLink link() throws Exception {
        Optional<String> missing = NetworkLink.missing();
        if (missing.isPresent() && System.getenv("CI") != null) {
            throw new AssertionError("not to be skipped in CI: " + missing.get());
        }
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        return new NetworkLink(Duration.ofMillis(10), 0.01);
    }

    @Test
    void isCalledBackAlsoAfterTheWireWasCut() throws Exception {
        try (NetworkLink link = link();
                TestHost hidden = new TestHost(directory.resolve("l")).in(link.namespace());
                TestHost open = new TestHost(directory.resolve("r"))) {
            Qubes.make(
                    open.layout,
                    qubes -> qubes.local("Remote-Relay", "work").remote("Local-Qube", "Remote-Relay", "none"));
            Qubes.make(
                    hidden.layout,
                    qubes -> qubes.local("Local-Relay", "Local-Qube").remote("work", "Local-Relay", "far"));
            open.settings(
                    "[endpoint]",
                    "listen = \"" + link.nearAddress() + ":0\"",
                    "keep-alive-seconds = 1",
                    "[[endpoint.relay]]",
                    "name = \"Remote-Relay\"",
                    "key = \"" + Qubes.relayKey(hidden.layout, "Local-Relay") + "\"",
                    "reverse = true");
            open.policy("* * work Local-Qube allow").start();
            hidden.settings(
                    "[[peer]]",
                    "name = \"far\"",
                    "address = \"" + open.endpoint() + "\"",
                    "host-key = \"" + Qubes.endpointKey(open.layout) + "\"",
                    "keep-alive-seconds = 1",
                    "reverse = true");
            hidden.policy("* * work Local-Qube allow");
            hidden.service("test.Show", "printf '%s' \"$QREXEC_REMOTE_DOMAIN\"; exit 7");
            hidden.service("test.Wait", "echo started; exec sleep 1000");
            hidden.start();
            Await.until(() -> open.readLog().contains("relay `Remote-Relay` connected"));
            Finished called = open.call("work", NOTHING, "Local-Qube", "test.Show");
            assertThat(called.stdout()).as(open.readLog()).isEqualTo("work");
            assertThat(called.exitCode()).isEqualTo(7);

            Process waiting = new ProcessBuilder(open.caller("work", "--", "Local-Qube", "test.Wait")).start();
            assertThat(waiting.inputReader(StandardCharsets.US_ASCII).readLine())
                    .isEqualTo("started");
            link.cut(true);
            assertThat(waiting.waitFor()).isEqualTo(125);
            link.cut(false);
            Await.until(
                    () -> open.call("work", NOTHING, "Local-Qube", "test.Show").exitCode() == 7);
        }
    }
}
