package org.qair.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.cli.enrolment.Joining;
import org.qair.cli.enrolment.Questions;
import org.qair.cli.enrolment.TestResult;
import org.qair.host.AdminAccess;
import org.qair.host.enrolment.InvitationLine;
import org.qair.policy.QubeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a far host known here, and this one there, with the line that `qair invite` printed on it.",
            "",
            "Makes a RemoteVM, pins the far host's key, gives it the key of the relay, and makes a test call. Rules are added only with your consent. If anything fails on the way, both hosts are as they were.",
            "Give the line on standard input (`qair join -`): as an argument other users of this machine can see it while the command runs, and the shell keeps it."
        },
        footer = {"", "Example:", "  qair join -", "  qair join - --name pi --relay sys-relay <line.txt"})
final class JoinCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Mixin
    private EnrolmentOptions options;

    @Parameters(paramLabel = "LINE", arity = "0..1", description = "The invitation; `-`, or nothing, reads it.")
    private String line = "-";

    @Option(names = "--name", paramLabel = "REMOTEVM", description = "What to call the far qube here (as there).")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--relay",
            paramLabel = "QUBE",
            defaultValue = "sys-relay",
            description = "The qube that carries calls to it (${DEFAULT-VALUE}); made when there is none.")
    private String relay = "sys-relay";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter notes = spec.commandLine().getErr();
        Questions questions = Questions.of(notes);
        InvitationLine invitation = InvitationLine.parse(read(questions, notes));
        Joining.Joined joined;
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            joined = new Joining(root.layout(), admin, questions, notes)
                    .join(invitation, new Joining.Wish(name.map(QubeName::new), new QubeName(relay), options.yes()));
        }
        show(joined);
        return joined.test() == TestResult.FAILED ? 1 : 0;
    }

    private String read(Questions questions, PrintWriter notes) throws java.io.IOException {
        if (!line.equals("-")) {
            notes.println("the line was an argument, which others may have seen; it cannot be used again");
            return line;
        }
        if (questions.isTerminal()) {
            notes.print("invitation: ");
            notes.flush();
        }
        return questions.readLine();
    }

    private void show(Joining.Joined joined) {
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("remotevm", joined.remoteVm().value());
            fields.put("relay", joined.relay().value());
            fields.put("remote_name", joined.offer().target().value());
            fields.put("far_relay", joined.offer().relay().value());
            fields.put("rules_here", joined.rulesHere());
            fields.put("rules_there", joined.offer().policy());
            fields.put("test", joined.test().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            out.println(JsonMapper.shared().writeValueAsString(fields));
            return;
        }
        out.println("`%s` is `%s` of the far host, by `%s` here and `%s` there"
                .formatted(
                        joined.remoteVm(),
                        joined.offer().target(),
                        joined.relay(),
                        joined.offer().relay()));
        out.println(
                switch (joined.test()) {
                    case PASSED -> "a test call went all the way";
                    case NO_RULES ->
                        "no test call: rules are missing %s; then `qair doctor %s`"
                                .formatted(missing(joined), joined.remoteVm());
                    case NOT_RUNNING ->
                        "no test call: this host does not run; start it, then `qair doctor %s`"
                                .formatted(joined.remoteVm());
                    case FAILED -> "the test call failed: `qair doctor %s` says why".formatted(joined.remoteVm());
                });
    }

    private static String missing(Joining.Joined joined) {
        if (joined.rulesHere()) {
            return "there";
        }
        return joined.offer().policy() ? "here" : "here and there";
    }
}
