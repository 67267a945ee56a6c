package org.qair.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.qair.host.audit.AuditJson;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Shows what was called, what policy said, and how it ended; of a running host or a stopped one.",
        footer = {"", "Example:", "  qair audit --last 20", "  qair audit --json | jq 'select(.decision == \"deny\")'"})
final class AuditCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Mixin
    private RootOption root;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many calls (${DEFAULT-VALUE}).")
    private int last;

    @Option(names = "--json", description = "One JSON object a line, every field present.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        try (AuditReader audit = AuditReader.open(root.layout().audit())) {
            for (AuditRecord call : audit.last(last)) {
                out.println(json ? AuditJson.of(call) : TIME.format(call.time()) + "  " + AuditText.of(call));
            }
        }
    }
}
