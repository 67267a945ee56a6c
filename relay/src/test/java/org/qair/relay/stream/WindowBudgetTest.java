package org.qair.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowBudgetTest {
    private static final long BYTES = 96L << 20;

    private final WindowBudget budget = new WindowBudget(BYTES);

    @Test
    void aFewChannelsGetTheLargestWindow() {
        for (int i = 0; i < 10; i++) {
            assertThat(budget.open()).isEqualTo(WindowBudget.LARGEST);
        }
    }

    @Test
    void thousandsStayWithinTheBudgetAndTheSmallestWindowEach() {
        long sum = 0;
        int channels = 8192;
        for (int i = 0; i < channels; i++) {
            long window = budget.open();
            assertThat(window).isBetween(WindowBudget.SMALLEST, WindowBudget.LARGEST);
            sum += window;
        }
        assertThat(sum).isLessThanOrEqualTo(BYTES + channels * WindowBudget.SMALLEST);
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        List<Long> windows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            windows.add(budget.open());
        }
        windows.forEach(budget::close);
        assertThat(budget.left()).isEqualTo(BYTES);
        assertThat(budget.open()).isEqualTo(WindowBudget.LARGEST);
    }

    @Test
    void aPartCannotUseUpTheWhole() {
        WindowBudget greedy = budget.part(BYTES / 3 * 2);
        List<Long> windows = new ArrayList<>();
        for (int i = 0; i < 8192; i++) {
            windows.add(greedy.open());
        }
        assertThat(greedy.left()).isNegative();
        assertThat(budget.left()).isEqualTo(BYTES / 3);
        assertThat(budget.part(BYTES / 3 * 2).open()).as("another's first").isEqualTo(BYTES / 3 / 32);
        windows.forEach(greedy::close);
        assertThat(budget.left()).isEqualTo(BYTES - BYTES / 3 / 32);
    }
}
