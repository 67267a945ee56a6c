package org.qair.cli;

import java.util.concurrent.Callable;
import org.qair.cli.enrolment.Parting;
import org.qair.host.AdminAccess;
import org.qair.policy.QubeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "unjoin",
        mixinStandardHelpOptions = true,
        description = {
            "Undoes what `qair join` made for a RemoteVM, here and, when it can be reached, on the far host; or what an invitation made here for a relay.",
            "",
            "What something else refers to stays, and is named; when that is gone, run this again. Exits with 1 when something stays."
        },
        footer = {"", "Example:", "  qair unjoin pi"})
final class UnjoinCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Parameters(paramLabel = "NAME", description = "The RemoteVM, or on the inviting host the relay.")
    private String name = "";

    @Option(names = "--local", description = "Leave the far host alone.")
    private boolean local;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            boolean all =
                    new Parting(root.layout(), admin, spec.commandLine().getErr()).part(new QubeName(name), local);
            return all ? 0 : 1;
        }
    }
}
