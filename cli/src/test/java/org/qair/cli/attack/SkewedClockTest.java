package org.qair.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A host whose clock is off by more than a minute is refused with that reason; whose is off by less is not. */
@Timeout(180)
@ExtendWith(AttackedHosts.Shared.class)
class SkewedClockTest {
    private final AttackedHosts hosts;

    SkewedClockTest(AttackedHosts hosts) {
        this.hosts = hosts;
    }

    @AfterEach
    void nobodyElseNotices() throws Exception {
        hosts.bystanderGoesOn();
    }

    private String statement(int ahead) throws Exception {
        List<String> command = new ArrayList<>(Attacker.java(SkewedHost.class));
        command.addAll(List.of(
                hosts.near.layout.root().toString(), Integer.toString(ahead), "AppVM1", "work", "test.Who+late"));
        return Attacker.run(command).stdout();
    }

    private Attacker.Ended call(String statement) throws Exception {
        List<String> command =
                new ArrayList<>(hosts.ssh(hosts.near.layout.keys().resolve("relay-Relay")));
        command.addAll(1, List.of("-o", "SetEnv=QAIR_STATEMENT=" + statement));
        command.addAll(List.of("qrexec-client-vm", "--source-qube=AppVM1", "--", "work", "test.Who+late"));
        return Attacker.run(command);
    }

    private void refused(String statement, String reason) throws Exception {
        assertThat(call(statement).exitCode()).isEqualTo(126);
        assertThat(hosts.whyFarRefused())
                .hasValueSatisfying(why -> assertThat(why).contains(reason));
    }

    @Test
    void aMinuteIsTheMost() throws Exception {
        refused(statement(-600), "s old, at most 60 s are accepted: set both hosts' clocks");
        refused(statement(600), "s from the future, at most 60 s are accepted: set both hosts' clocks");
        String ahead = statement(30);
        assertThat(call(ahead).stdout()).isEqualTo("AppVM1 verified test.Who+late\n");
        refused(ahead, "it was used before");
    }
}
