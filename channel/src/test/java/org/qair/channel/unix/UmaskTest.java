package org.qair.channel.unix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UmaskTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"0022, true", "0077, true", "0027, true", "0002, false", "0020, false", "0000, false", "none, false"})
    void keepsOthersOutWhereItTakesTheirRightToWrite(String umask, boolean kept) throws Exception {
        Path status = Files.writeString(
                directory.resolve("status"), "Name:\tjava\nUmask:\t%s\nState:\tR (running)\n".formatted(umask));
        assertThat(Umask.keepsOthersOut(status)).isEqualTo(kept);
    }

    @Test
    void isNotReliedOnWhereNothingTellsIt() throws Exception {
        assertThat(Umask.keepsOthersOut(directory.resolve("none"))).isFalse();
        assertThat(Umask.keepsOthersOut(Files.createFile(directory.resolve("empty"))))
                .isFalse();
    }
}
