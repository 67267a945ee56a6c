package org.qair.host.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.qair.host.settings.PeerTable.Configured;
import org.qair.host.settings.PeerTable.Reach;
import org.qair.host.settings.PeerTable.Server;
import org.qair.relay.peer.PeerLimits;
import org.qair.relay.reverse.CallsBack;

/** Reads one {@code [[peer]]}, from {@code qair.toml} or from a file of its own. */
final class PeerReader {
    private static final int SSH_PORT = 22;
    private static final String AGENT = "SSH_AUTH_SOCK";
    private static final long MOST_SECONDS = 86_400;
    private static final long MOST_CONNECTIONS = 256;
    private static final long MOST_CALLS = 8192;
    private static final long MOST_QUESTIONS = 100;

    private static final List<String> OF_SERVERS =
            List.of("user", "certificate-authority", "revoked-host-key", "host-key-alias", "key", "agent", "jump");
    private static final String[] KEYS = {
        "name",
        "address",
        "user",
        "host-key",
        "certificate-authority",
        "revoked-host-key",
        "host-key-alias",
        "key",
        "agent",
        "jump",
        "ssh-config",
        "connect",
        "reverse",
        "reverse-socket",
        "connect-timeout-seconds",
        "connections",
        "calls-per-connection",
        "queue-seconds",
        "keep-alive-seconds",
        "keep-alive-count"
    };

    private PeerReader() {}

    /** @param fileName what the table's file is called, when it has one of its own */
    static Optional<PeerTable> read(SettingsTable table, Optional<String> fileName) {
        table.allow(KEYS);
        Optional<String> name = table.name(fileName);
        Optional<Object> sshConfig = table.flagOrString("ssh-config").filter(said -> !said.equals(false));
        Optional<? extends Reach> reach =
                sshConfig.isPresent() ? configured(table, name, sshConfig.get()) : server(table);
        boolean eager = table.choice("connect", "on-use", "eager")
                .filter("eager"::equals)
                .isPresent();
        boolean reverse = table.flag("reverse").orElse(false);
        String socket = reverseSocket(table, reverse);
        PeerLimits limits = limits(table);
        return name.flatMap(text -> reach.map(
                found -> new PeerTable(text, found, eager || reverse, reverse, socket, limits, table.place("name"))));
    }

    private static String reverseSocket(SettingsTable table, boolean reverse) {
        Optional<String> said = table.string("reverse-socket");
        if (said.isPresent() && !reverse) {
            table.fault("reverse-socket", "`reverse-socket` is for a peer with `reverse = true`");
        }
        said.flatMap(CallsBack::fault)
                .ifPresent(fault ->
                        table.fault("reverse-socket", "`%s` is no path for a socket: %s".formatted(said.get(), fault)));
        return said.orElse(CallsBack.USUAL_SOCKET);
    }

    private static Optional<? extends Reach> configured(SettingsTable table, Optional<String> name, Object said) {
        for (String key : OF_SERVERS) {
            if (table.has(key)) {
                table.fault(key, "`%s` of a peer with `ssh-config` belongs in that file".formatted(key));
            }
        }
        Optional<Path> file = said instanceof String path ? Optional.of(Path.of(path)) : Optional.empty();
        return table.string("address")
                .or(() -> name)
                .map(host -> new Configured(host, file, table.strings("host-key")));
    }

    private static Optional<Server> server(SettingsTable table) {
        Optional<SettingsTable.Address> address =
                table.required("address").flatMap(text -> table.address("address", text, SSH_PORT));
        List<String> hostKeys = table.strings("host-key");
        List<String> authorities = table.strings("certificate-authority");
        if (hostKeys.isEmpty() && authorities.isEmpty()) {
            table.fault(
                    "host-key",
                    "a peer needs the `host-key` that it is known by: run `qair key show --endpoint` on it");
        }
        return address.map(far -> new Server(
                far.host(),
                far.port(),
                table.string("user").orElse("qair"),
                hostKeys,
                authorities,
                table.strings("revoked-host-key"),
                table.string("host-key-alias"),
                table.string("key").map(Path::of),
                agent(table),
                table.strings("jump")));
    }

    private static Optional<Path> agent(SettingsTable table) {
        Optional<Object> said = table.flagOrString("agent");
        if (said.isPresent() && said.get() instanceof String socket) {
            return Optional.of(Path.of(socket));
        }
        Optional<String> usual = Optional.ofNullable(System.getenv(AGENT));
        if (said.equals(Optional.of(true)) && usual.isEmpty()) {
            table.fault("agent", "`agent = true` needs %s, which is not set: name the agent's socket".formatted(AGENT));
        }
        return said.equals(Optional.of(true)) ? usual.map(Path::of) : Optional.empty();
    }

    private static PeerLimits limits(SettingsTable table) {
        PeerLimits usual = PeerLimits.DEFAULT;
        return new PeerLimits(
                seconds(table, "connect-timeout-seconds", usual.connectTimeout()),
                count(table, "connections", MOST_CONNECTIONS, usual.connections()),
                count(table, "calls-per-connection", MOST_CALLS, usual.callsPerConnection()),
                seconds(table, "queue-seconds", usual.queueTimeout()),
                seconds(table, "keep-alive-seconds", usual.keepAlive()),
                count(table, "keep-alive-count", MOST_QUESTIONS, usual.keepAliveCount()));
    }

    private static Duration seconds(SettingsTable table, String key, Duration usual) {
        return table.number(key, 1, MOST_SECONDS).map(Duration::ofSeconds).orElse(usual);
    }

    private static int count(SettingsTable table, String key, long most, int usual) {
        return table.number(key, 1, most).map(Math::toIntExact).orElse(usual);
    }
}
