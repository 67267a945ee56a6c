package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The agent's words, read with and without the library, come to the same. */
class AgentArgumentsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("VCHAN_DOMAIN", "3");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-S",
                "--no-fork-server",
                "-a /x/a.sock",
                "--agent-socket=/x/a.sock -S",
                "--agent-socket /x/a.sock",
                "-s /x/%s.sock",
                "--fork-server-socket=/x/%s.sock",
                "--fork-server-socket=",
                "--domain=7 --vchan-dir=/x",
                "--domain 7 --vchan-dir /x",
                "--default-user=daemon",
                "--settings=/nonexistent",
                "--settings /nonexistent --domain=9",
            })
    void readsUsualWordsAsTheLibraryDoes(String line) throws Exception {
        String[] words = line.isEmpty() ? new String[0] : line.split(" ");
        AgentOptions library = new AgentOptions();
        CommandLine.populateCommand(library, words);
        assertThat(AgentArguments.read(words).orElseThrow().settings(ENVIRONMENT))
                .usingRecursiveComparison()
                .isEqualTo(library.settings(ENVIRONMENT));
    }

    @Test
    void readsTheSettingsThatAreNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("qair.toml"), "[agent]\ndomain = 11\n");
        for (String[] words : new String[][] {{"--settings", file.toString()}, {"--settings=" + file}}) {
            AgentOptions options = AgentArguments.read(words).orElseThrow();
            assertThat(options.settings(Map.of()).domain()).isEqualTo(11);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--version",
                "--domian=7",
                "--domain=seven",
                "--domain",
                "-a",
                "-a -S",
                "-Sa",
                "x",
                "--"
            })
    void leavesTheRestToTheLibrary(String line) {
        assertThat(AgentArguments.read(line.split(" "))).isEmpty();
    }
}
