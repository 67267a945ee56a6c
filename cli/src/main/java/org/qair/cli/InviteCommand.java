package org.qair.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.cli.enrolment.Inviting;
import org.qair.cli.enrolment.QrCode;
import org.qair.cli.enrolment.Questions;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "invite",
        mixinStandardHelpOptions = true,
        description = {
            "Invites another machine to call this host.",
            "",
            "Prints one line for `qair join` there. Whoever has the line can use it, once, until it expires: send it by a way that others cannot read. When it is used, this host makes the relay, a RemoteVM for each source behind it, and takes the joining machine's key; the rules are added only with your consent."
        },
        footer = {
            "",
            "Example:",
            "  qair invite --relay pi --source desk --service home.Temperature",
            "  qair invite --relay Remote-Relay --target work --source Local-Qube --service my.Service+arg --expires 2h",
            "  qair invite --relay pi --withdraw"
        })
final class InviteCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Mixin
    private EnrolmentOptions options;

    @Option(
            names = "--relay",
            required = true,
            paramLabel = "QUBE",
            description = "What the joining machine is here; made when there is no such qube.")
    private String relay = "";

    @Option(names = "--target", paramLabel = "QUBE", description = "The qube that it may call (the relay itself).")
    private Optional<String> target = Optional.empty();

    @Option(names = "--source", paramLabel = "QUBE", description = "A qube of that machine which may call.")
    private List<String> sources = List.of();

    @Option(names = "--service", paramLabel = "SERVICE[+ARG]", description = "What it may call.")
    private List<String> services = List.of();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "15m",
            converter = ShortTime.class,
            description = "How long it may be used: 90s, 15m, 2h, 1d; at most 7d (${DEFAULT-VALUE}).")
    private Duration expires = Duration.ofMinutes(15);

    @Option(
            names = "--address",
            paramLabel = "HOST[:PORT]",
            description = "Where the joining machine reaches this host's endpoint (where it listens).")
    private Optional<String> address = Optional.empty();

    @Option(names = "--qr", description = "Draw a QR code also where there is no terminal.")
    private boolean qr;

    @Option(names = "--withdraw", description = "Take back the relay's invitations that were not used.")
    private boolean withdraw;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter notes = spec.commandLine().getErr();
        Questions questions = Questions.of(notes);
        Inviting inviting = new Inviting(root.layout(), questions, notes, Clock.systemUTC());
        if (withdraw) {
            return inviting.withdraw(new QubeName(relay)) > 0 ? 0 : 1;
        }
        Inviting.Wish wish = new Inviting.Wish(
                new QubeName(relay),
                target.map(QubeName::new),
                sources.stream().map(QubeName::new).toList(),
                services.stream().map(ServiceName::parse).toList(),
                expires,
                address);
        show(inviting.make(wish, options.yes()), questions.isTerminal(), notes);
        return 0;
    }

    private void show(Inviting.Made made, boolean terminal, PrintWriter notes) {
        PrintWriter out = spec.commandLine().getOut();
        String line = made.line().text();
        if (options.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("line", line);
            fields.put("relay", relay);
            fields.put("expires", made.line().expires().toString());
            fields.put("rules", made.rules());
            fields.put("rules_added", made.invitation().policy());
            out.println(JsonMapper.shared().writeValueAsString(fields));
            return;
        }
        if (sources.isEmpty()) {
            notes.println("without a --source nobody but the relay itself can call");
        }
        notes.println("valid until %s, once; on the other machine: qair join -"
                .formatted(made.line().expires()));
        if (terminal || qr) {
            notes.print(QrCode.of(line));
        }
        notes.flush();
        out.println(line);
    }
}
