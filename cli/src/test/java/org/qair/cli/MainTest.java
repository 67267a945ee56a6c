package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private static final Map<String, CommandLine> ALL = Main.commandLine().getSubcommands();

    @Test
    void commandsAreKnownByTheirOwnNames() {
        assertThat(ALL).hasSize(21);
        ALL.forEach((name, command) -> assertThat(command.getCommandName()).isEqualTo(name));
    }

    @Test
    void aCommandLearnsOfNoOther() {
        for (String name : ALL.keySet()) {
            if (!name.equals("help") && !name.equals("generate-completion")) {
                assertThat(Main.commandLine(new String[] {name, "--help"}).getSubcommands())
                        .containsOnlyKeys(name);
            }
        }
    }

    @Test
    void whoeverNamesNoneIsToldOfAll() {
        for (String[] words : new String[][] {{}, {"--help"}, {"qub"}, {"help", "qube"}, {"generate-completion"}}) {
            assertThat(Main.commandLine(words).getSubcommands()).hasSameSizeAs(ALL);
        }
    }

    @Test
    void itsTextsAreTheSame() {
        for (String name : ALL.keySet()) {
            assertThat(said(Main.commandLine(new String[] {name}), name, "--help"))
                    .isEqualTo(said(Main.commandLine(), name, "--help"));
        }
        assertThat(said(Main.commandLine(new String[] {"qube", "lst"}), "qube", "lst"))
                .contains("qube list");
    }

    private static String said(CommandLine command, String... words) {
        StringWriter said = new StringWriter();
        command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        int ignored = command.execute(words);
        return said.toString();
    }
}
