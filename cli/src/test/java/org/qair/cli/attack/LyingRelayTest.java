package org.qair.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.cli.Machine;

/** A relay that lies, as a process that owns its key and all traffic; the far host demands proofs, its policy would allow all. */
@Timeout(180)
@ExtendWith(AttackedHosts.Shared.class)
class LyingRelayTest {
    private final AttackedHosts hosts;

    LyingRelayTest(AttackedHosts hosts) {
        this.hosts = hosts;
    }

    @AfterEach
    void nobodyElseNotices() throws Exception {
        hosts.bystanderGoesOn();
        hosts.whatRan();
    }

    @Test
    void aRelayThatDoesItsWorkIsBelievedBecauseOfTheStatement() throws Exception {
        hosts.whatRan();
        hosts.lie("none");
        Machine.Finished done = hosts.call("test.Who+arg");
        assertThat(done.stdout()).isEqualTo("AppVM1 verified test.Who+arg\n");
        assertThat(hosts.lastOfFar().id()).isEqualTo(hosts.lastOfNear().id());
    }

    /** docs/identity.md: a relay can exchange identities among the qubes behind it, but not where they have proof=required. */
    @ParameterizedTest(name = "a lie about {0}")
    @CsvSource(delimiter = '|', textBlock = """
            source   | its source is `AppVM1`, the relay named `AppVM2`
            target   | its target is `work`, the relay asked for `vault`
            service  | it is about another service or argument than the relay asked for
            argument | it is about another service or argument than the relay asked for
            strip    | no statement of its host came with this one
            """)
    void whatItExchangesOrLeavesOutIsRefused(String lie, String reason) throws Exception {
        hosts.whatRan();
        hosts.lie(lie);
        assertThat(hosts.call("test.Who+arg").exitCode()).isEqualTo(126);
        assertThat(hosts.whyFarRefused())
                .hasValueSatisfying(why -> assertThat(why).contains(reason));
        assertThat(hosts.whatRan()).isEmpty();
    }

    @Test
    void aCallThatItMakesTwiceRunsOnce() throws Exception {
        hosts.whatRan();
        hosts.lie("replay");
        assertThat(hosts.call("test.Who+arg").exitCode()).isEqualTo(126);
        assertThat(hosts.whyFarRefused())
                .hasValueSatisfying(why -> assertThat(why).contains("it was used before"));
        assertThat(hosts.whatRan()).containsExactly("AppVM1 verified test.Who+arg");
    }

    /** The relay guards confidentiality and integrity of the link; here it need not be trusted with either. */
    @ParameterizedTest(name = "sealed stream: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            flip          | frame 0 of a protected stream was changed, or is not the next
            swap          | frame 0 of a protected stream was changed, or is not the next
            repeat        | frame 1 of a protected stream was changed, or is not the next
            cut           | the protected stream ended before the service's exit code
            cut-at-frame  | the protected stream ended before the service's exit code
            answer-itself | the far host did not answer with a protected stream
            """)
    void aSealedStreamThatItTouchesFailsAndSaysSo(String lie, String reason) throws Exception {
        hosts.near.qair("qube", "set", "Remote", "--property", "protect=required");
        hosts.lie(lie);
        Machine.Finished failed = hosts.near.call("AppVM1", "Remote", "test.Who+arg", "");
        assertThat(failed.exitCode()).isEqualTo(125);
        assertThat(failed.stdout()).doesNotContain("what the relay says");
        assertThat(hosts.lastOfNear().reason())
                .hasValueSatisfying(why -> assertThat(why).contains(reason));
        hosts.near.qair("qube", "set", "Remote", "--property", "protect=off");
    }

    /** A downgrade to {@code off}: what must be sealed needs a statement also where nobody demands a proof any more. */
    @Test
    void aCallThatMustBeSealedIsRefusedWhenTheRelayLeavesTheOfferOut() throws Exception {
        hosts.far.qair("qube", "set", "AppVM1", "--property", "protect=required");
        hosts.far.qair("qube", "set", "AppVM1", "--property", "proof=off");
        hosts.whatRan();
        hosts.lie("strip");
        assertThat(hosts.call("test.Who+arg").exitCode()).isEqualTo(126);
        assertThat(hosts.whyFarRefused())
                .hasValueSatisfying(why -> assertThat(why).contains("must be protected (protect=required)"));
        assertThat(hosts.whatRan()).isEmpty();
        hosts.far.qair("qube", "set", "AppVM1", "--property", "protect=off");
        hosts.far.qair("qube", "set", "AppVM1", "--property", "proof=required");
    }
}
