package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BrakedLogTest {
    @Test
    void twentyLinesASecondPassAndTheRestIsCounted() {
        List<String> lines = new ArrayList<>();
        AtomicLong now = new AtomicLong();
        BrakedLog log = new BrakedLog(lines::add, now::get);
        for (int i = 0; i < 1_000; i++) {
            log.accept("again");
        }
        assertThat(lines).hasSize(20).containsOnly("again");
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        log.accept("later");
        log.accept("and");
        assertThat(lines.subList(20, 22)).containsExactly("later (and 980 lines before it that are left out)", "and");
    }
}
