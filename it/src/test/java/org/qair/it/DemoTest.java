package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's first command. */
@Timeout(180)
class DemoTest {
    @Test
    void showsEveryChapterAndIsPlainInAPipe() throws Exception {
        Finished demo = Programs.run(List.of(Programs.qair(), "demo"), new byte[0]);
        assertThat(demo.exitCode()).as(demo.stdout() + demo.stderr()).isZero();
        assertThat(demo.stdout())
                .contains("6 remote policy")
                .contains("all of it was as it says")
                .doesNotContain("\033")
                .doesNotContain("FAIL");
    }
}
