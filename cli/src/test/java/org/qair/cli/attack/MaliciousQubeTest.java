package org.qair.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.TriggerSocket;
import org.qair.cli.Machine;
import org.qair.policy.QubeName;

/** A qube of this machine whose programs attack the host that they are on. */
@Timeout(180)
@ExtendWith(AttackedHosts.Shared.class)
class MaliciousQubeTest {
    private static final int MANY = TriggerSocket.MOST_OF_A_USER + 500;

    @TempDir
    Path directory;

    private final AttackedHosts hosts;

    MaliciousQubeTest(AttackedHosts hosts) {
        this.hosts = hosts;
    }

    @AfterEach
    void nobodyElseNotices() throws Exception {
        hosts.bystanderGoesOn();
    }

    private Path door() {
        return hosts.near.layout.agentSocket(new QubeName("AppVM2"));
    }

    @Test
    void aFloodOfConnectionsIsBoundedAndEnds() throws Exception {
        Process flood = Attacker.start(FloodingQube.class, door().toString(), Integer.toString(MANY));
        try {
            assertThat(flood.inputReader().readLine()).startsWith("flooding");
            hosts.bystanderGoesOn();
        } finally {
            flood.destroyForcibly();
        }
        assertThat(flood.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Machine.await(() -> isServed("AppVM2"));
    }

    private boolean isServed(String qube) {
        try {
            return hosts.near.call(qube, "AppVM1", "qair.Ping", "").exitCode() == 0;
        } catch (IOException hungUp) {
            return false;
        }
    }

    @Test
    void aForgedIdentOrSourceIsRefusedAndCountsAsTheCallersOwn() throws Exception {
        hosts.whatRan();
        Process forger = Attacker.start(ForgingQube.class, door().toString());
        assertThat(forger.inputReader().lines())
                .containsExactly("path 0", "control 0", "long 0", "source 0", "dom0 0", "length 0");
        assertThat(forger.waitFor()).isZero();
        assertThat(hosts.whatRan()).isEmpty();
        assertThat(hosts.near.audit().stream()
                        .filter(call -> call.caller().equals("AppVM2"))
                        .filter(call -> call.requestedTarget().equals("Calm-Remote")))
                .isNotEmpty()
                .allMatch(call -> call.decision().equals("deny"));
    }

    @Test
    void linksInItsSocketDirectoryLeadTheHostNowhere() throws Exception {
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.createFile(precious.resolve("file"));
        try (Machine host = new Machine(directory.resolve("h"))) {
            host.qair("qube", "create", "evil");
            host.policy("* * @anyvm @anyvm allow");
            host.start();
            Path own = host.layout.qubeLink(new QubeName("evil")).toRealPath();
            shell(
                    own,
                    "ln -s " + precious + " gone; rm qrexec-agent; ln -s " + precious + "/file qrexec-agent;"
                            + " d=dddddddddddddddddddddddddddddddddddddddddddddddddd; i=0;"
                            + " while [ $i -lt 100 ]; do mkdir $d && cd -P $d && i=$((i + 1)) || exit 1; done");
            host.qair("qube", "create", "other");
            host.stop();
            assertThat(own).doesNotExist();
            shell(Files.createDirectories(own), "ln -s " + precious + " gone; mkdir -p a/b; ln -s / a/b/root");
            host.start(); // as after one that was killed
            assertThat(own.resolve("gone")).doesNotExist();
            assertThat(precious.resolve("file")).exists();
        }
    }

    private static void shell(Path in, String script) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(in.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
    }
}
