package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.cli.doctor.Doctor;
import org.qair.cli.doctor.Finding;
import org.qair.cli.doctor.Remedy;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Finds what is wrong on the way of a call to a RemoteVM, and says which command mends it.",
            "",
            "Looks at names, properties, relay, transport, policy, address, TCP, host key, the relay's key, the far registry and policy, and the service, makes a call, and where a peer with OpenSSH alone may call back sees whether it listens for that (one that refused is asked again). Stops at the first layer that is broken. What the far host would say it tells where its policy lets the relay call `qair.Doctor` on dom0; enrolment proposes that rule. In capitals is what you have to fill in.",
            "Exits with 1 when something is broken."
        },
        footer = {
            "",
            "Example:",
            "  qair doctor",
            "  qair doctor pi",
            "  qair doctor pi --source desk --service home.Temperature --json"
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Parameters(paramLabel = "REMOTEVM", arity = "0..1", description = "The RemoteVM (all of them).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--source", paramLabel = "QUBE", description = "The qube that calls (the first that may).")
    private Optional<String> source = Optional.empty();

    @Option(
            names = "--service",
            paramLabel = "SERVICE[+ARG]",
            defaultValue = "qair.Ping",
            description =
                    "What it calls, at last really, without input (${DEFAULT-VALUE}, which every qube has and which does nothing).")
    private String service = "qair.Ping";

    @Option(names = "--json", description = "One JSON object a line for each RemoteVM.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, AdminRefusedException, InterruptedException {
        Doctor.Wish wish = new Doctor.Wish(source.map(QubeName::new), ServiceName.parse(service));
        boolean well = true;
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            Doctor doctor = new Doctor(root.layout(), admin);
            List<String> remoteVms = name.isPresent() ? List.of(name.get()) : doctor.remoteVms();
            if (remoteVms.isEmpty()) {
                spec.commandLine().getErr().println("there is no RemoteVM here: `qair join -` makes one");
            }
            for (String remoteVm : remoteVms) {
                well &= examine(doctor, remoteVm, wish);
            }
        }
        return well ? 0 : 1;
    }

    private boolean examine(Doctor doctor, String remoteVm, Doctor.Wish wish)
            throws IOException, AdminRefusedException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.println(remoteVm + ":");
            return doctor.examine(remoteVm, wish, finding -> print(finding, out));
        }
        List<Map<String, Object>> layers = new ArrayList<>();
        boolean well = doctor.examine(remoteVm, wish, finding -> layers.add(fields(finding)));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("remotevm", remoteVm);
        fields.put("ok", well);
        fields.put("layers", layers);
        out.println(JsonMapper.shared().writeValueAsString(fields));
        out.flush();
        return well;
    }

    private static void print(Finding finding, PrintWriter out) {
        out.println("  %-8s %-13s %s".formatted(finding.state(), finding.layer(), finding.said()));
        for (Remedy remedy : finding.remedies()) {
            out.println("    %s: %s".formatted(remedy.there() ? "on the far host" : "here", remedy.command()));
        }
        out.flush();
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("layer", finding.layer().toString());
        fields.put("state", finding.state().toString());
        fields.put("said", finding.said());
        fields.put(
                "remedies",
                finding.remedies().stream()
                        .map(remedy -> Map.of("there", remedy.there(), "command", remedy.command()))
                        .toList());
        return fields;
    }
}
