package org.qair.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.host.AdminAccess;
import org.qair.policy.QubeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes qubes as text. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description =
                "Writes qubes as TOML that can be read, compared and imported: their properties that are not default, tags and features.",
        footer = {
            "",
            "Example:",
            "  qair qube export --output qubes.toml",
            "  qair qube export pi work | diff - pi.toml"
        })
final class QubeExportCommand implements Callable<Integer> {
    @Mixin
    private RootOption root = new RootOption();

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Which; without a name all, and the host's own properties.")
    private List<String> names = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to, instead of standard output.")
    private Optional<Path> output = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<QubeName> wanted = names.stream().map(QubeName::new).toList();
        String text;
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            text = admin.exportQubes(wanted);
        }
        if (output.isPresent()) {
            write(output.get(), text);
        } else {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
        return 0;
    }

    /** Whole or not at all. */
    private static void write(Path file, String text) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(aside, text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
