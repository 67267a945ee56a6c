package org.qair.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.Host;
import org.qair.host.RemoteState;
import org.qair.policy.QubeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "qube",
        mixinStandardHelpOptions = true,
        description = "The qubes that a host knows: its own, and the RemoteVMs that stand for qubes of other hosts.",
        footer = {
            "",
            "Example:",
            "  qair qube create Local-Relay",
            "  qair qube create pi --relayvm Local-Relay --remote-name raspberry",
            "  qair qube list"
        },
        subcommands = {QubeExportCommand.class, QubeImportCommand.class})
final class QubeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(out());
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a qube; with --relayvm a RemoteVM. Either it is made with all that was given, or not at all.",
            footer = {"", "Example:", "  qair qube create pi --relayvm Local-Relay --remote-name raspberry"})
    void create(
            @Mixin RootOption root,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--class",
                            paramLabel = "CLASS",
                            description = "AppVM, StandaloneVM, TemplateVM, DispVM or RemoteVM.")
                    Optional<String> klass,
            @Option(
                            names = "--label",
                            paramLabel = "LABEL",
                            defaultValue = "red",
                            description = "Its colour (${DEFAULT-VALUE}).")
                    String label,
            @Mixin QubeChanges changes)
            throws Exception {
        QubeName qube = new QubeName(name);
        boolean remote = klass.map("RemoteVM"::equals).orElse(changes.relayvm().isPresent());
        List<String> lines = new ArrayList<>();
        lines.add("create %s %s".formatted(klass.orElse(remote ? "RemoteVM" : "AppVM"), label));
        if (remote && changes.relayvm().isPresent() && changes.transportRpc().isEmpty()) {
            lines.add("set transport_rpc " + Host.TRANSPORT);
        }
        lines.addAll(changes.lines());
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            admin.change(qube, lines);
        }
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description =
                    "Changes properties and tags of a qube, all that is given or nothing; an empty value clears a property.",
            footer = {"", "Example:", "  qair qube set pi --remote-name raspberry5 --tag home"})
    void set(@Mixin RootOption root, @Parameters(paramLabel = "NAME") String name, @Mixin QubeChanges changes)
            throws Exception {
        if (changes.lines().isEmpty()) {
            throw new CommandFailure("nothing to change: give --property, --reset, --tag or --untag");
        }
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            admin.change(new QubeName(name), changes.lines());
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "Lists all qubes; a RemoteVM with its relay, its name on its own host, and whether a running host is connected to it (connected, idle, failing, unknown); one with an agent with its state: waiting, connected, gone.",
            footer = {"", "Example:", "  qair qube list --json"})
    void list(@Mixin RootOption root, @Option(names = "--json", description = "One JSON object a line.") boolean json)
            throws Exception {
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            Map<String, RemoteState> reachability = admin.reachability();
            for (String line :
                    admin.call("admin.vm.List", "", QubeName.DOM0, "").lines().toList()) {
                QubeListing listing = QubeListing.of(line, admin, reachability);
                out().println(json ? JsonMapper.shared().writeValueAsString(listing.fields()) : listing.text());
            }
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "Shows all properties and tags of a qube, and its trigger socket, or for one with an agent where that is expected.",
            footer = {"", "Example:", "  qair qube show pi"})
    void show(
            @Mixin RootOption root,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--json", description = "As one JSON object.") boolean json)
            throws Exception {
        QubeName qube = new QubeName(name);
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            Map<String, String> properties = admin.properties(qube);
            List<String> tags =
                    admin.call("admin.vm.tag.List", "", qube, "").lines().toList();
            Map<String, Object> all = new LinkedHashMap<>(properties);
            all.put("tags", tags);
            if (!"none".equals(properties.getOrDefault("agent", "none"))) {
                all.putAll(QubeListing.agent(root.layout(), properties.getOrDefault("qid", "0")));
            } else if (!"RemoteVM".equals(properties.get("klass"))) {
                all.put("agent_socket", root.layout().agentSocket(qube).toString());
            }
            if (json) {
                out().println(JsonMapper.shared().writeValueAsString(all));
            } else {
                all.put("tags", String.join(" ", tags));
                all.forEach((key, value) -> out().println("%-22s %s".formatted(key, value)));
            }
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a qube, unless others refer to it; then it says which.",
            footer = {"", "Example:", "  qair qube remove pi"})
    void remove(@Mixin RootOption root, @Parameters(paramLabel = "NAME") String name) throws Exception {
        try (AdminAccess admin = AdminAccess.open(root.layout())) {
            admin.call("admin.vm.Remove", "", new QubeName(name), "");
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
