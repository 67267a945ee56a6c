package org.qair.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.Main;
import picocli.CommandLine;

class ManPagesTest {
    @TempDir
    Path directory;

    @Test
    void everyCommandHasAPageWithItsExample() throws Exception {
        ManPages.write(directory);
        List<String> without = new ArrayList<>();
        check(Main.commandLine(), without);
        assertThat(without).as("commands without an example").isEmpty();
    }

    private void check(CommandLine command, List<String> without) throws Exception {
        String name = command.getCommandSpec().qualifiedName(" ");
        String page = Files.readString(directory.resolve(name.replace(' ', '-') + ".adoc"));
        if (!Pattern.compile("(?m)^== Examples?\n\n(.*\n)* +(.*[ /])?" + name + "( |$)")
                .matcher(page)
                .find()) {
            without.add(name);
        }
        for (CommandLine sub : command.getSubcommands().values()) {
            if (!isLibrarys(sub)) {
                check(sub, without);
            }
        }
    }

    /** {@code help} and {@code generate-completion} come with picocli. */
    private static boolean isLibrarys(CommandLine command) {
        return command.getCommandSpec().userObject().getClass().getName().startsWith("picocli.");
    }
}
