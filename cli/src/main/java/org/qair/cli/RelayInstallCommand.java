package org.qair.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.qair.host.relayqube.InstalledService;
import org.qair.host.relayqube.InstalledService.Form;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Installs the service qubesair.SSHProxy, which hands calls to `qair relay`.",
            "",
            "As an executable it keeps error output and exit code. As a socket it needs no process for a call, and error output and exit code are lost, as with every socket service. Installing again changes nothing; the other form takes the place of the one before."
        },
        footer = {"", "Example:", "  qair relay install --form socket --into /usr/local/etc/qubes-rpc"})
final class RelayInstallCommand implements Callable<Integer> {
    @Mixin
    private RelayServiceOptions options;

    @Option(
            names = "--form",
            required = true,
            paramLabel = "FORM",
            description = "`executable` or `socket`.",
            converter = FormConverter.class)
    private Form form = Form.EXECUTABLE;

    @Spec
    private CommandSpec spec;

    /** Takes the words as they are written in the help. */
    static final class FormConverter implements picocli.CommandLine.ITypeConverter<Form> {
        @Override
        public Form convert(String word) {
            for (Form form : Form.values()) {
                if (form.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return form;
                }
            }
            throw new picocli.CommandLine.TypeConversionException(
                    "`%s` is neither `executable` nor `socket`".formatted(word));
        }
    }

    @Override
    public Integer call() throws IOException {
        String home = System.getProperty("qair.home");
        if (home == null) {
            throw new CommandFailure("where Qair is installed is unknown: run this by the `qair` launcher");
        }
        InstalledService service = options.service();
        boolean changed = service.install(form, Path.of(home).resolve("bin"));
        spec.commandLine()
                .getOut()
                .printf(
                        changed ? "wrote %s (%s)%n" : "%s is there already (%s)%n",
                        service.file(),
                        form.name().toLowerCase(Locale.ROOT));
        return 0;
    }
}
