package org.qair.host.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.qair.host.limits.Limit;
import org.qair.host.prompts.PromptSettings;

/**
 * The host's settings, from {@code etc/qair/qair.toml}. A missing file is one that sets nothing.
 *
 * @param grace how long running calls have to end when the host stops
 * @param onBrokenPolicy what decides while the policy's files cannot be parsed
 * @param audit what is kept of calls, and whether it must be
 * @param prompts how people are asked
 * @param limits of calls
 * @param endpoint the SSH endpoint; absent when the host has none
 * @param peers the far endpoints that this host's relays connect to
 * @param agents the agents of its qubes
 * @param agent what {@code qair agent} reads; nothing of the host's
 * @param relay what {@code qair relay} needs
 * @param metrics where the host's numbers can be read
 */
public record HostSettings(
        Duration grace,
        OnBrokenPolicy onBrokenPolicy,
        AuditSettings audit,
        PromptSettings prompts,
        List<Limit> limits,
        Optional<EndpointTable> endpoint,
        List<PeerTable> peers,
        AgentsTable agents,
        AgentTable agent,
        RelayQubeTable relay,
        MetricsTable metrics) {
    public HostSettings {
        limits = List.copyOf(limits);
        peers = List.copyOf(peers);
    }

    /** What {@code on-broken-policy} says. */
    public enum OnBrokenPolicy {
        /** Every call is refused until the files are mended. */
        DENY,
        /** The last policy that was whole goes on deciding. */
        KEEP_LAST_GOOD
    }

    /**
     * Reads the file.
     *
     * @throws SettingsException naming every unknown key, wrong type and bad value
     * @throws IOException when it exists and cannot be read
     */
    public static HostSettings read(Path file) throws IOException, SettingsException {
        return parse(file.toString(), Files.exists(file) ? Files.readString(file) : "");
    }

    /** The same without what a running host follows (see {@link LiveTables}): when this differs, it has to be started again. */
    public HostSettings fixed() {
        return new HostSettings(
                grace,
                onBrokenPolicy,
                audit,
                prompts,
                limits,
                endpoint.map(table ->
                        new EndpointTable(table.host(), table.port(), table.limits(), RelayUse.USUAL, List.of())),
                List.of(),
                agents,
                AgentTable.NONE,
                relay,
                metrics);
    }

    /** Reads a file's text; {@code name} is what faults call it. */
    static HostSettings parse(String name, String text) throws SettingsException {
        return new SettingsReader(name).read(text);
    }
}
