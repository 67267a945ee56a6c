package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.keys.SshKeys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What {@code qair policy explain} says of a source behind a relay, by the properties that its host demands proofs by. */
class ExplainProofTest {
    @TempDir
    Path directory;

    private Machine machine;

    @BeforeEach
    void make() throws Exception {
        machine = new Machine(directory.resolve("h"));
        machine.qair("qube", "create", "work");
        machine.qair("qube", "create", "sys-relay");
        machine.qair("qube", "create", "pi", "--relayvm", "sys-relay");
        machine.policy("svc * pi work allow", "svc * strangers work allow");
    }

    private String explain(String source, String... more) {
        String[] words = {"policy", "explain", source, "work", "svc", "--via", "sys-relay"};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return machine.qair(all);
    }

    private static String key() {
        return SshKeys.publicLine(SshKeys.generate().getPublic(), "its host");
    }

    @Test
    void aSourceWithoutAKeyIsOnItsRelaysWord() {
        assertThat(explain("pi"))
                .contains("pi (via sys-relay, on its word) -> work svc: allowed by ")
                .contains("pi: proof=preferred, and no host_key is set: its relay is believed");
        assertThat(explain("pi", "--proof", "verified"))
                .as("nobody could check it")
                .contains("pi (via sys-relay, on its word)");
    }

    @Test
    void whatMustBeProvenIsRefusedOnTheRelaysWordAndSaysWhatPolicyThinks() {
        machine.qair("key", "pin", "pi", "--required", key());
        assertThat(explain("pi"))
                .contains("svc: denied before policy is asked: calls from `pi` must be proven (proof=required)")
                .contains("policy alone: allowed by ");
        assertThat(explain("pi", "--proof", "verified"))
                .contains("pi (via sys-relay, verified) -> work svc: allowed by ")
                .contains("pi: proof=required: a statement of its host is checked, without one the call is refused");
        machine.qair("qube", "set", "pi", "--property", "protect=required");
        assertThat(explain("pi")).contains("its bytes must be sealed (protect=required)");
        machine.qair("qube", "set", "pi", "--property", "proof=off");
        assertThat(explain("pi", "--proof", "verified")).contains("on its word").contains("proof=off");
    }

    @Test
    void aStrangerIsJudgedAsTheQubeThatStandsForStrangers() {
        assertThat(explain("who")).contains("who (via sys-relay) -> work svc: denied");
        machine.qair("qube", "create", "strangers", "--relayvm", "sys-relay");
        machine.qair("qube", "set", "sys-relay", "--property", "unknown_source=strangers");
        assertThat(explain("who"))
                .contains("strangers (via sys-relay, on its word) -> work svc: allowed by ")
                .contains("nobody here knows `who`: calls from it are judged as those of `strangers`");
        assertThat(explain("pi")).as("a name that somebody has").contains("pi (via sys-relay, on its word)");
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        machine.qair("key", "pin", "pi", "--required", key());
        JsonNode refused = new ObjectMapper().readTree(explain("pi", "--json"));
        assertThat(refused.get("decision").get("decision").stringValue()).isEqualTo("deny");
        assertThat(refused.get("via").get("refused").stringValue()).contains("proof=required");
        JsonNode verified = new ObjectMapper().readTree(explain("pi", "--json", "--proof", "verified"));
        assertThat(verified.get("decision").get("decision").stringValue()).isEqualTo("allow");
        assertThat(verified.get("via").get("source_proof").stringValue()).isEqualTo("verified");
        assertThat(verified.get("via").get("proof").stringValue()).isEqualTo("required");
    }

    @Test
    void aWordThatIsNoneIsRefused() {
        assertThat(machine.tryQair("policy", "explain", "pi", "work", "svc", "--proof", "verified")
                        .stderr())
                .contains("says something with --via only");
        assertThat(machine.tryQair("policy", "explain", "pi", "work", "svc", "--via", "sys-relay", "--proof", "yes")
                        .exitCode())
                .isEqualTo(2);
    }
}
