package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code qair policy} about the host of {@code --root}: its files, its qubes, its services. */
@Timeout(240)
class PolicyCommandTest {
    @TempDir
    Path directory;

    private TestHost host;

    @BeforeEach
    void make() throws Exception {
        host = new TestHost(directory.resolve("h"));
        host.qair("qube", "create", "vm1", "--tag", "blue");
        host.qair("qube", "create", "relay");
        host.qair("qube", "create", "far", "--relayvm", "relay");
        host.policy("test.Hello * @tag:blue relay allow", "test.Hello * @tag:blue far allow", "* * @anyvm dom0 deny");
        host.service("test.Hello+loud", "echo HELLO");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void aStoppedHostIsAskedThroughItsRegistryAndARunningOneThroughItsSocket() throws Exception {
        String stopped = host.qair("policy", "explain", "vm1", "far", "test.Hello", "--json");
        assertThat(stopped).contains("30-test.policy:2", "qubesair.SSHProxy+far+test.Hello");
        host.start();
        assertThat(host.qair("policy", "explain", "vm1", "far", "test.Hello", "--json"))
                .isEqualTo(stopped);
        host.qair("qube", "set", "vm1", "--untag", "blue");
        assertThat(host.qair("policy", "explain", "vm1", "far", "test.Hello")).contains("deny", "blue");
    }

    @Test
    void lintKnowsTheHostsServicesAndBuiltInsAndRunShadowsEtc() throws Exception {
        host.write(host.layout.volatilePolicy().resolve("30-test.policy"), """
                test.Hello * @anyvm relay allow
                admin.vm.List * vm1 dom0 allow
                qubesair.SSHProxy * vm1 relay deny
                test.Helo * @anyvm far allow
                """, "rw-r--r--");
        Finished lint = host.tryQair("policy", "lint");
        assertThat(lint.exitCode()).as(lint.stderr()).isZero();
        assertThat(lint.stdout())
                .contains("run/qubes/policy.d/30-test.policy:4: warning", "test.Helo")
                .doesNotContain(":1:", ":2:", ":3:", "etc/qubes");
    }

    @Test
    void aTableOfExpectationsIsHeldAgainstTheHostsPolicy() throws Exception {
        Path table = host.layout.root().resolve("table");
        host.write(table, "vm1 relay test.Hello allow\nvm1 dom0 test.Hello allow\n", "rw-r--r--");
        Finished test = host.tryQair("policy", "test", table.toString());
        assertThat(test.exitCode()).isEqualTo(1);
        assertThat(test.stdout()).contains(table + ":2: ", "1 of 2 rows hold");
        host.write(host.layout.volatilePolicy().resolve("own.tests"), "vm1 far test.Hello allow far\n", "rw-r--r--");
        assertThat(host.qair("policy", "test")).contains("1 of 1 rows hold");
    }
}
