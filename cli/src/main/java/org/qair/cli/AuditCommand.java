package org.qair.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.qair.host.audit.AuditFilter;
import org.qair.host.audit.AuditJson;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditText;
import org.qair.host.audit.ChainLink;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Shows what was called, what policy said, and how it ended; of a running host or a stopped one.",
        subcommands = AuditVerifyCommand.class,
        footer = {
            "",
            "Example:",
            "  qair audit --last 20",
            "  qair audit --source desk --decision deny --since 2h",
            "  qair audit --follow --json | jq .service"
        })
final class AuditCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final Duration PAUSE = Duration.ofMillis(200);

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

    @Option(
            names = {"-f", "--follow"},
            description = "Then goes on with each call that is refused or ends, until it is interrupted.")
    private boolean follow;

    @Option(
            names = "--stages",
            description =
                    "For calls to RemoteVMs also how long each stage took: the wait for a place, for a connection, for the call's opening, for its first byte.")
    private boolean stages;

    @Mixin
    private final AuditFilterOptions filter = new AuditFilterOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        AuditFilter wanted = filter.filter();
        try (AuditReader audit = AuditReader.open(root.layout().audit())) {
            ChainLink seen = audit.head();
            audit.last(last, wanted).forEach(this::show);
            if (follow) {
                follow(audit, wanted, seen);
            }
        }
    }

    private void follow(AuditReader audit, AuditFilter wanted, ChainLink from) {
        ChainLink seen = from;
        try {
            while (!spec.commandLine().getOut().checkError()) {
                Thread.sleep(PAUSE);
                ChainLink now = audit.head();
                audit.endedSince(seen, now, wanted).forEach(this::show);
                seen = now;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(AuditRecord call) {
        PrintWriter out = spec.commandLine().getOut();
        String times = stages && !json ? AuditText.stages(call) : "";
        out.println(
                json
                        ? AuditJson.of(call)
                        : TIME.format(call.time()) + "  " + AuditText.of(call) + (times.isEmpty() ? "" : "  " + times));
        out.flush();
    }
}
