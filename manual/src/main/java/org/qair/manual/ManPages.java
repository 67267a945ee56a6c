package org.qair.manual;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.qair.cli.Main;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** A program: writes a page for each command as AsciiDoc, for {@code asciidoctor -b manpage}, into the directory that it is given. */
public final class ManPages {
    private ManPages() {}

    /** Writes them, over those that are there. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]));
    }

    static void write(Path directory) throws IOException {
        CommandLine qair = Main.commandLine();
        nameExamples(qair);
        int code =
                ManPageGenerator.generateManPage(directory.toFile(), null, new boolean[0], true, qair.getCommandSpec());
        if (code != CommandLine.ExitCode.OK) {
            throw new IOException("no manual pages in `%s`: the generator ended with %d".formatted(directory, code));
        }
    }

    /** A page has the footer only under a heading of its own, which in the commands' own help is the footer's first line. */
    private static void nameExamples(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        List<String> footer =
                Stream.of(usage.footer()).dropWhile(String::isEmpty).toList();
        if (!footer.isEmpty() && footer.getFirst().endsWith(":")) {
            usage.footerHeading(footer.getFirst().replace(":", "%n"));
            usage.footer(footer.subList(1, footer.size()).toArray(String[]::new));
        }
        command.getSubcommands().values().forEach(ManPages::nameExamples);
    }
}
