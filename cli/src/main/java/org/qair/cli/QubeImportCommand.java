package org.qair.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.registry.exchange.QubesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings qubes to what a file says. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Brings qubes to what a file says, all of it or nothing: each qube that the file names is afterwards as it is there, others stay.",
            "The file is one of `qair qube export`, or the qubes.xml of a Qubes system, without what a host has no place for. What changes is printed, a line a fact."
        },
        footer = {
            "",
            "Example:",
            "  qair qube import --dry-run qubes.toml",
            "  qair qube import --root /tmp/try qubes.xml"
        })
final class QubeImportCommand implements Callable<Integer> {
    @Mixin
    private RootOption root = new RootOption();

    @Parameters(paramLabel = "FILE", description = "What to import; `-` is standard input.")
    private Path file = Path.of("-");

    @Option(
            names = {"-n", "--dry-run"},
            description = "Says what would change, and changes nothing.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        byte[] content = read();
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            List<String> lines = admin.importQubes(dryRun ? "preview" : "apply", file.toString(), content);
            for (String line : lines) {
                if (line.startsWith("# ")) {
                    spec.commandLine().getErr().println("qair: " + line.substring(2));
                } else {
                    spec.commandLine().getOut().println(line);
                }
            }
            spec.commandLine().getOut().flush();
            return 0;
        } catch (AdminRefusedException refused) {
            throw new CommandFailure("nothing is imported:\n" + refused.getMessage());
        }
    }

    private byte[] read() throws IOException {
        try (InputStream in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
            byte[] content = in.readNBytes(QubesFile.MAX_SIZE + 1);
            if (content.length > QubesFile.MAX_SIZE) {
                throw new CommandFailure("`%s` has more than %d bytes".formatted(file, QubesFile.MAX_SIZE));
            }
            return content;
        }
    }
}
