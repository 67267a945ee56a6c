package org.qair.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.exec.ServicePath;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.SshTransport;

/** The layers that this host's registry and files make up: names, properties, relay, transport. */
final class OwnHost {
    private static final String USUAL_RELAY = "sys-relay";

    private final HostLayout layout;
    private final AdminAccess admin;
    private final Findings findings;
    private final Commands commands;

    OwnHost(HostLayout layout, AdminAccess admin, Findings findings) {
        this.layout = layout;
        this.admin = admin;
        this.findings = findings;
        this.commands = new Commands(layout);
    }

    /** The RemoteVM of that name. */
    RemoteVm check(String name) throws IOException, AdminRefusedException, BrokenLayerException {
        Map<String, Map<String, String>> qubes = qubes();
        QubeName remote = checkName(name, qubes);
        Map<String, String> properties = admin.properties(remote);
        QubeName relay = checkProperties(remote, properties, qubes);
        String transport = properties.getOrDefault("transport_rpc", "");
        boolean ownServices = checkRelay(relay, qubes.getOrDefault(relay.value(), Map.of()));
        boolean seen = ownServices && checkTransport(remote, relay, ServiceName.parse(transport));
        String farName = orElse(properties, "remote_name", name);
        return new RemoteVm(
                remote,
                relay,
                new QubeName(farName),
                orElse(properties, "peer", farName),
                properties.getOrDefault("protect", "").equals("required"),
                seen);
    }

    private static String orElse(Map<String, String> properties, String key, String other) {
        return Optional.ofNullable(properties.get(key))
                .filter(value -> !value.isEmpty())
                .orElse(other);
    }

    /** What {@code admin.vm.List} says of each: {@code NAME class=C state=S uuid=U}, and for some {@code agent=A}. */
    private Map<String, Map<String, String>> qubes() throws IOException, AdminRefusedException {
        Map<String, Map<String, String>> qubes = new LinkedHashMap<>();
        for (String line :
                admin.call("admin.vm.List", "", QubeName.DOM0, "").lines().toList()) {
            Map<String, String> fields = new LinkedHashMap<>();
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
            }
            qubes.put(words[0], fields);
        }
        return qubes;
    }

    private QubeName checkName(String name, Map<String, Map<String, String>> qubes)
            throws BrokenLayerException, IOException, AdminRefusedException {
        QubeName checked;
        try {
            checked = new QubeName(name);
        } catch (InvalidNameException malformed) {
            throw findings.broken(Layer.NAMES, String.valueOf(malformed.getMessage()), commands.qair("qube list"));
        }
        Map<String, String> found = qubes.get(name);
        if (found == null) {
            throw findings.broken(
                    Layer.NAMES,
                    "there is no qube `%s`".formatted(name),
                    knownRelay(qubes)
                            .map(relay -> commands.qair("qube create %s --relayvm %s".formatted(name, relay)))
                            .orElseGet(() -> commands.qair("join - --name " + name)));
        }
        if (!"RemoteVM".equals(found.get("class"))) {
            throw findings.broken(
                    Layer.NAMES,
                    "`%s` is a qube of this host (%s), no RemoteVM".formatted(name, found.get("class")),
                    commands.qair("qube list"));
        }
        findings.fine(Layer.NAMES, "`%s` is a RemoteVM".formatted(name));
        return checked;
    }

    /** One that carries calls to another RemoteVM. */
    private Optional<String> knownRelay(Map<String, Map<String, String>> qubes)
            throws IOException, AdminRefusedException {
        for (Map.Entry<String, Map<String, String>> qube : qubes.entrySet()) {
            if ("RemoteVM".equals(qube.getValue().get("class"))) {
                String relay = admin.properties(new QubeName(qube.getKey())).getOrDefault("relayvm", "");
                if (!relay.isEmpty()) {
                    return Optional.of(relay);
                }
            }
        }
        return Optional.ofNullable(qubes.containsKey(USUAL_RELAY) ? USUAL_RELAY : null);
    }

    private QubeName checkProperties(
            QubeName remote, Map<String, String> properties, Map<String, Map<String, String>> qubes)
            throws BrokenLayerException, IOException, AdminRefusedException {
        String relay = properties.getOrDefault("relayvm", "");
        if (relay.isEmpty()) {
            Optional<String> known = knownRelay(qubes);
            Remedy set = commands.qair("qube set %s --relayvm %s".formatted(remote, known.orElse(USUAL_RELAY)));
            throw findings.broken(
                    Layer.PROPERTIES,
                    "`%s` has no `relayvm`: nothing carries calls to it".formatted(remote),
                    known.isPresent()
                            ? new Remedy[] {set}
                            : new Remedy[] {commands.qair("qube create " + USUAL_RELAY), set});
        }
        String transport = properties.getOrDefault("transport_rpc", "");
        if (transport.isEmpty()) {
            throw findings.broken(
                    Layer.PROPERTIES, "`%s` has no `transport_rpc`".formatted(remote), builtInTransport(remote));
        }
        findings.fine(Layer.PROPERTIES, "by relay `%s` with `%s`".formatted(relay, transport));
        return new QubeName(relay);
    }

    private Remedy builtInTransport(QubeName remote) {
        return commands.qair("qube set %s -p transport_rpc=%s".formatted(remote, SshTransport.NAME));
    }

    /** Whether its services are this host's. */
    private boolean checkRelay(QubeName relay, Map<String, String> listed) throws BrokenLayerException {
        String agent = listed.getOrDefault("agent", "");
        if (agent.isEmpty()) {
            findings.fine(Layer.RELAY, "`%s` is a qube whose services this host runs".formatted(relay));
            return true;
        }
        if (!agent.equals("connected")) {
            throw findings.broken(
                    Layer.RELAY,
                    "the agent of relay `%s` is not connected (%s): start it in that qube".formatted(relay, agent),
                    commands.shell("qair agent"));
        }
        findings.fine(Layer.RELAY, "the agent of `%s` is connected".formatted(relay));
        findings.unknown(
                Layer.TRANSPORT, "what the agent of `%s` does with a call cannot be seen here".formatted(relay));
        return false;
    }

    /** Whether it is this host's own. */
    private boolean checkTransport(QubeName remote, QubeName relay, ServiceName transport) throws BrokenLayerException {
        Optional<Path> file;
        try {
            file = new ServicePath(layout.servicePath(relay)).find(transport);
        } catch (CallException.Failed unreadable) {
            throw findings.broken(
                    Layer.TRANSPORT,
                    String.valueOf(unreadable.getMessage()),
                    commands.shell("ls -ld "
                            + Commands.quoted(layout.servicePath(relay).getFirst())));
        }
        if (file.isPresent()) {
            checkExecutable(file.get());
            findings.fine(Layer.TRANSPORT, "`%s` carries the calls, the way is its own".formatted(file.get()));
            return false;
        }
        if (!transport.toString().equals(SshTransport.NAME)) {
            throw findings.broken(
                    Layer.TRANSPORT,
                    "relay `%s` has no service `%s`".formatted(relay, transport),
                    builtInTransport(remote));
        }
        findings.fine(Layer.TRANSPORT, "this host's own");
        return true;
    }

    private void checkExecutable(Path file) throws BrokenLayerException {
        if (Files.isRegularFile(file) && !Files.isExecutable(file)) {
            throw findings.broken(
                    Layer.TRANSPORT,
                    "`%s` cannot be executed".formatted(file),
                    commands.shell("chmod +x -- " + Commands.quoted(file)));
        }
    }
}
