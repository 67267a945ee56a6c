package org.qair.host.agents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Real shells get the line; what they run gets the words. */
class ShellLineTest {
    private static List<String> throughShell(String shell, List<String> words)
            throws IOException, InterruptedException {
        List<String> printing = new ArrayList<>(List.of("printf", "%s\\0"));
        printing.addAll(words);
        Process process = new ProcessBuilder(shell, "-c", ShellLine.of(printing))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(process.waitFor()).isZero();
        return Arrays.asList(printed.substring(0, printed.length() - 1).split("\0", -1));
    }

    @Test
    void whateverIsInThemTheWordsArrive() throws Exception {
        List<String> words = List.of(
                "a b",
                "it's",
                "\"quoted\"",
                "two\nlines",
                "$HOME ${x} $(id) `id`",
                "",
                "*",
                "~",
                "#",
                "!",
                "\\",
                "'",
                "''\\''",
                "a=b",
                ";|&<>(){}[]?",
                "-n",
                "--",
                "\t\r");
        for (String shell : List.of("/bin/sh", "/bin/bash", "/bin/dash")) {
            if (Files.isExecutable(Path.of(shell))) {
                assertThat(throughShell(shell, words)).as(shell).isEqualTo(words);
            }
        }
    }

    @Provide
    Arbitrary<List<String>> vectors() {
        return Arbitraries.strings()
                .withCharRange((char) 1, (char) 0x7f)
                .ofMaxLength(20)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Property(tries = 50)
    void anyWordsArrive(@ForAll("vectors") List<String> words) throws Exception {
        assertThat(throughShell("/bin/sh", words)).isEqualTo(words);
    }

    @Test
    void aWordThatIsAKeywordOrABuiltInOfTheShellIsAProgramAllTheSame() throws Exception {
        Process process = new ProcessBuilder("/bin/sh", "-c", ShellLine.of(List.of("if", "true"))).start();
        assertThat(process.waitFor()).as("there is no program `if`").isEqualTo(127);
    }

    @Test
    void noWordsAndANulAreNone() {
        assertThatThrownBy(() -> ShellLine.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ShellLine.of(List.of("a\0b"))).isInstanceOf(IllegalArgumentException.class);
    }
}
