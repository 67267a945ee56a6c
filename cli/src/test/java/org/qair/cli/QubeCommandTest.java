package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code qair qube} on a host that runs and on one that does not: the same rules, the same words. */
@Timeout(120)
class QubeCommandTest {
    @TempDir
    Path directory;

    /** What is done on a host that has the qube relay. */
    interface Session {
        void run(Machine machine) throws Exception;
    }

    private void on(boolean running, Session session) throws Exception {
        try (Machine machine = new Machine(directory)) {
            machine.qair("qube", "create", "relay");
            if (running) {
                machine.start();
            }
            session.run(machine);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQubeIsMadeWithAllThatWasGivenOrNotAtAll(boolean running) throws Exception {
        on(running, machine -> {
            machine.qair("qube", "create", "far", "--relayvm", "relay", "--remote-name", "office", "--tag", "home");
            assertThat(machine.qair("qube", "show", "far"))
                    .contains("qubesair.SSHProxy", "office", "created-by-dom0 home relayvm-relay");
            Machine.Finished refused =
                    machine.tryQair("qube", "create", "other", "--relayvm", "relay", "--property", "remote_name=9");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.stderr()).contains("invalid value `9` for property `remote_name`");
            assertThat(machine.qair("qube", "list")).contains("far").doesNotContain("other");
            assertThat(machine.tryQair("qube", "create", "x", "--class", "Remote")
                            .stderr())
                    .contains("there is no class `Remote`");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQubeIsChangedWholeOrNotAtAll(boolean running) throws Exception {
        on(running, machine -> {
            machine.qair("qube", "create", "far", "--relayvm", "relay");
            Machine.Finished refused =
                    machine.tryQair("qube", "set", "far", "--remote-name", "office", "--untag", "nothing");
            assertThat(refused.stderr()).contains("tag not set for qube `far`: `nothing`");
            assertThat(machine.qair("qube", "show", "far")).doesNotContain("office");
            machine.qair("qube", "set", "far", "--remote-name", "office", "-p", "name=farther", "--tag", "home");
            assertThat(machine.qair("qube", "show", "farther")).contains("office", "home");
            machine.qair("qube", "set", "farther", "--reset", "remote_name", "--untag", "home");
            assertThat(machine.qair("qube", "show", "farther")).doesNotContain("office", "home");
            assertThat(machine.tryQair("qube", "set", "farther").stderr()).contains("nothing to change");
            assertThat(machine.tryQair("qube", "set", "farther", "-p", "remote_name=a\nb")
                            .stderr())
                    .contains("a value has a line break");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRelayInUseStays(boolean running) throws Exception {
        on(running, machine -> {
            machine.qair("qube", "create", "far", "--relayvm", "relay");
            assertThat(machine.tryQair("qube", "remove", "relay").stderr()).contains("relayvm of `far`");
            machine.qair("qube", "remove", "far");
            machine.qair("qube", "remove", "relay");
            assertThat(machine.qair("qube", "list")).doesNotContain("relay");
        });
    }
}
