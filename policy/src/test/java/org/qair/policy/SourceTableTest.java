package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SourceTableTest {
    private static final long SOME_ARGUMENT = 1L << 5;
    private static final long OTHER_ARGUMENT = 1L << 6;

    private final SourceTable table = new SourceTable();

    @Test
    void anEmptyTableHasNothing() {
        assertThat(table.mayHave(Tokens.of(0, 1, 63, 64))).isFalse();
        assertThat(table.find(0, PairIndex.NONE)).isEqualTo(SourceTable.ABSENT);
    }

    @Test
    void aTokenIsFoundOnlyWithARuleBeforeTheLimit() {
        table.add(3, 7, 1);
        table.add(3, 9, 2);
        assertThat(table.find(3, 7)).isEqualTo(SourceTable.ABSENT);
        assertThat(table.find(3, 8)).isNotEqualTo(SourceTable.ABSENT);
        assertThat(table.find(4, 8)).isEqualTo(SourceTable.ABSENT);
    }

    @Test
    void rulesAboutAnyArgumentAndAboutOneAreToldApart() {
        table.add(3, 0, 1);
        table.add(3, 1, 2, SOME_ARGUMENT);
        int place = table.find(3, PairIndex.NONE);
        assertThat(table.targets(place, Tokens.of(1, 2))).isEqualTo(Tokens.bit(1));
        assertThat(table.targets(place, Tokens.of(1, 2), SOME_ARGUMENT)).isEqualTo(Tokens.bit(2));
        assertThat(table.targets(place, Tokens.of(1, 2), OTHER_ARGUMENT)).isZero();
        assertThat(table.targets(place, Tokens.of(1, 2), 0)).isZero();
    }

    /** More tokens than a filter has bits: what is there is never passed over, and what is not is not found. */
    @Property(tries = 300)
    void everyTokenIsFoundWithItsFirstRuleAndItsTargets(@ForAll long seed) {
        Random random = new Random(seed);
        SourceTable table = new SourceTable(); // one for each try
        Map<Integer, Integer> firsts = new HashMap<>();
        Map<Integer, Long> filters = new HashMap<>();
        for (int rule = 0; rule < 200; rule++) {
            int source = random.nextInt(300);
            int target = random.nextInt(300);
            if (random.nextBoolean()) {
                table.add(source, rule, target);
            } else {
                table.add(source, rule, target, SOME_ARGUMENT);
            }
            firsts.putIfAbsent(source, rule);
            filters.merge(source, Tokens.bit(target), (one, other) -> one | other);
        }
        Tokens everything = new Tokens(new int[0], -1);
        for (int source = 0; source < 300; source++) {
            int first = firsts.getOrDefault(source, PairIndex.NONE);
            assertThat(table.find(source, first)).isEqualTo(SourceTable.ABSENT);
            if (first != PairIndex.NONE) {
                int place = table.find(source, first + 1);
                assertThat(place).isNotEqualTo(SourceTable.ABSENT);
                assertThat(table.mayHave(Tokens.of(source))).isTrue();
                assertThat(table.targets(place, everything) | table.targets(place, everything, SOME_ARGUMENT))
                        .isEqualTo(filters.get(source));
            }
        }
    }
}
