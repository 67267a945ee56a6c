package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A RemoteVM that is renamed while a call to it runs: its name goes to another far qube no sooner than that call has ended. */
@Timeout(240)
class RenamedRemoteTest {
    @TempDir
    Path directory;

    private static void who(TestHost far, String qube) throws Exception {
        Path file = far.layout.root().resolve("etc/qair/qubes").resolve(qube).resolve("qubes-rpc/test.Who");
        far.write(file, "#!/bin/sh\necho %s\nexec cat\n".formatted(qube), "rwxr-xr-x");
    }

    @Test
    void theNameGoesToAnotherQubeWhenTheCallHasEnded() throws Exception {
        try (TwoHosts hosts = new TwoHosts(directory).start()) {
            who(hosts.remote, "work");
            who(hosts.remote, "other");
            hosts.remote.qair("qube", "create", "other", "--tag", "go");
            hosts.remote.policy("* * Local-Qube work allow", "* * Local-Qube @tag:go allow");
            hosts.local.policy("* * Local-Qube @tag:go allow");
            hosts.local.qair("qube", "set", "Remote-Qube", "--tag", "go");

            Process running =
                    new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.Who")).start();
            BufferedReader out = running.inputReader();
            assertThat(out.readLine()).isEqualTo("work");
            hosts.local.qair("qube", "set", "Remote-Qube", "-p", "name=Older");
            assertThat(another(hosts).stderr())
                    .contains("the name `Remote-Qube` can't be given to another qube yet: 1 running call was judged");

            running.outputWriter().append("still\n").close();
            assertThat(out.readLine()).isEqualTo("still");
            assertThat(running.waitFor()).isZero();

            Finished made = another(hosts);
            assertThat(made.exitCode()).as(made.stderr()).isZero();
            assertThat(hosts.call(new byte[0], "test.Who").stdout()).isEqualTo("other\n");
            assertThat(hosts.local
                            .call("Local-Qube", new byte[0], "Older", "test.Who")
                            .stdout())
                    .isEqualTo("work\n");
        }
    }

    private static Finished another(TwoHosts hosts) throws Exception {
        return hosts.local.tryQair(
                "qube",
                "create",
                "Remote-Qube",
                "--relayvm",
                "Local-Relay",
                "--remote-name",
                "other",
                "--peer",
                "far",
                "--tag",
                "go");
    }
}
