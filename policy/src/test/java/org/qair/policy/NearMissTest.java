package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearMissTest {
    private static final List<String> KNOWN = List.of("target", "user", "notify", "autostart", "ask", "@anyvm");

    @Test
    void oneSlip() {
        assertThat(NearMiss.of("@anyv", KNOWN)).as("left out").hasValue("@anyvm");
        assertThat(NearMiss.of("@anyvmm", KNOWN)).as("added").hasValue("@anyvm");
        assertThat(NearMiss.of("@anyvn", KNOWN)).as("changed").hasValue("@anyvm");
        assertThat(NearMiss.of("usre", KNOWN)).as("swapped").hasValue("user");
        assertThat(NearMiss.of("User", KNOWN)).as("case").hasValue("user");
        assertThat(NearMiss.of("sak", KNOWN)).as("swapped at the start").hasValue("ask");
        assertThat(NearMiss.of("aks", KNOWN)).as("swapped at the end").hasValue("ask");
    }

    @Test
    void shortWordsMayHaveOneSlipAndLongerOnesTwo() {
        assertThat(NearMiss.of("usxy", KNOWN)).isEmpty();
        assertThat(NearMiss.of("ak", KNOWN)).hasValue("ask");
        assertThat(NearMiss.of("a", KNOWN)).isEmpty();
        assertThat(NearMiss.of("tarrgett", KNOWN)).hasValue("target");
        assertThat(NearMiss.of("tarrgettt", KNOWN)).isEmpty();
        assertThat(NearMiss.of("autostaaarrt", KNOWN)).isEmpty();
    }

    @Test
    void theNearestThenTheFirst() {
        assertThat(NearMiss.of("workx", List.of("works1", "works", "workz"))).hasValue("works");
        assertThat(NearMiss.of("abcdef", List.of("abcxyf", "abcdex"))).hasValue("abcdex");
        assertThat(NearMiss.of("work", List.of("work")))
                .as("the word itself is no suggestion")
                .isEmpty();
        assertThat(NearMiss.of("x".repeat(64), List.of("x".repeat(63)))).isPresent();
        assertThat(NearMiss.of("x".repeat(65), List.of("x".repeat(64)))).isEmpty();
    }

    @Property(tries = 500)
    void aWordWithOneLetterMoreIsFound(
            @ForAll @AlphaChars @StringLength(min = 4, max = 30) String word, @ForAll char more) {
        String slip = word.substring(0, 2) + more + word.substring(2);
        assertThat(NearMiss.of(slip, List.of(word))).hasValue(word);
    }
}
