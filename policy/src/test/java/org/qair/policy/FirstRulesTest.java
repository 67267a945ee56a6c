package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FirstRulesTest {
    private final FirstRules rules = new FirstRules();

    @Test
    void knowsWhatWasKeptAndNothingElse() {
        assertThat(rules.find(1, 2, 3)).isEqualTo(FirstRules.UNKNOWN);
        rules.keep(1, 2, 3, 7);
        assertThat(rules.find(1, 2, 3)).isEqualTo(7);
        assertThat(rules.find(2, 2, 3)).isEqualTo(FirstRules.UNKNOWN);
        assertThat(rules.find(1, 3, 3)).isEqualTo(FirstRules.UNKNOWN);
        assertThat(rules.find(1, 2, -1)).isEqualTo(FirstRules.UNKNOWN);
        rules.keep(1, 2, 3, PairIndex.NONE);
        assertThat(rules.find(1, 2, 3)).isEqualTo(PairIndex.NONE);
    }

    /** However keys fall together, an answer is never that of another key. */
    @Property
    void neverAnswersForAnotherKey(@ForAll int ruleClass, @ForAll int source, @ForAll int target) {
        for (int i = 0; i < 40; i++) {
            rules.keep(ruleClass + i, source, target, i);
            rules.keep(ruleClass, source + i, target - i, 100 + i);
        }
        for (int i = 1; i < 40; i++) {
            assertThat(rules.find(ruleClass + i, source, target)).isIn(i, FirstRules.UNKNOWN);
            assertThat(rules.find(ruleClass, source + i, target - i)).isIn(100 + i, FirstRules.UNKNOWN);
        }
    }
}
