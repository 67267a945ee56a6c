package org.qair.host.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.host.prompts.PromptSettings;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** Turns {@code qair.toml} into settings, or into the list of everything that is wrong with it. */
final class SettingsReader {
    private static final int LONGEST_KEEP_DAYS = 36_500;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String file;
    private final List<String> faults = new ArrayList<>();

    SettingsReader(String file) {
        this.file = file;
    }

    HostSettings read(String text) throws SettingsException {
        TomlParseResult toml = Toml.parse(text);
        toml.errors()
                .forEach(error ->
                        faults.add("%s:%d: %s".formatted(file, error.position().line(), error.getMessage())));
        HostSettings settings = faults.isEmpty() ? settings(new SettingsTable(file, toml, faults)) : empty();
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        return settings;
    }

    private static HostSettings empty() {
        return new HostSettings(
                GRACE,
                OnBrokenPolicy.DENY,
                AuditSettings.DEFAULT,
                PromptSettings.DEFAULT,
                List.of(),
                Optional.empty(),
                List.of(),
                AgentsTable.USUAL,
                AgentTable.NONE,
                RelayQubeTable.USUAL,
                MetricsTable.NONE);
    }

    private HostSettings settings(SettingsTable root) {
        root.allow(
                "on-broken-policy",
                "audit",
                "audit-keep-days",
                "audit-journal",
                "host",
                "prompts",
                "limit",
                "endpoint",
                "peer",
                "agents",
                "agent",
                "relay",
                "metrics");
        Optional<SettingsTable> host = root.table("host");
        host.ifPresent(table -> table.allow("grace-seconds"));
        List<PeerTable> peers = root.tables("peer").stream()
                .flatMap(table -> PeerReader.read(table, Optional.empty()).stream())
                .toList();
        unique(peers);
        return new HostSettings(
                host.flatMap(table -> table.number("grace-seconds", 0, 3600))
                        .map(Duration::ofSeconds)
                        .orElse(GRACE),
                root.choice("on-broken-policy", "deny", "keep-last-good")
                        .map(word -> word.equals("deny") ? OnBrokenPolicy.DENY : OnBrokenPolicy.KEEP_LAST_GOOD)
                        .orElse(OnBrokenPolicy.DENY),
                audit(root),
                PromptTable.read(root.table("prompts")),
                root.tables("limit").stream()
                        .flatMap(table -> LimitTable.read(table).stream())
                        .toList(),
                root.table("endpoint").flatMap(EndpointReader::read),
                peers,
                root.table("agents").map(SettingsReader::agents).orElse(AgentsTable.USUAL),
                root.table("agent").map(AgentTable::of).orElse(AgentTable.NONE),
                root.table("relay").map(RelayQubeTable::read).orElse(RelayQubeTable.USUAL),
                root.table("metrics").map(MetricsTable::read).orElse(MetricsTable.NONE));
    }

    private static AgentsTable agents(SettingsTable table) {
        table.allow("vchan-directory", "startup-seconds", "qube");
        Optional<Path> directory = table.string("vchan-directory").map(Path::of);
        if (directory.isPresent() && !directory.get().isAbsolute()) {
            table.fault("vchan-directory", "`%s` is to be an absolute path".formatted(directory.get()));
        }
        return new AgentsTable(
                directory,
                table.number("startup-seconds", 0, 3600)
                        .map(Duration::ofSeconds)
                        .orElse(AgentsTable.USUAL.startup()),
                GuestTable.read(table.tables("qube")));
    }

    private static AuditSettings audit(SettingsTable root) {
        return new AuditSettings(
                root.choice("audit", "required", "best-effort")
                        .filter("required"::equals)
                        .isPresent(),
                root.number("audit-keep-days", 1, LONGEST_KEEP_DAYS).map(Duration::ofDays),
                root.flag("audit-journal").orElse(false));
    }

    private void unique(List<PeerTable> peers) {
        Set<String> names = new HashSet<>();
        for (PeerTable peer : peers) {
            if (!names.add(peer.name())) {
                faults.add("%s: there is another peer `%s`".formatted(peer.place(), peer.name()));
            }
        }
    }
}
