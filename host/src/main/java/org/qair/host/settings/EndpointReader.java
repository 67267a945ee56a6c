package org.qair.host.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.relay.endpoint.EndpointLimits;

/** Reads {@code [endpoint]}. */
final class EndpointReader {
    private static final int MOST = 1_000_000;
    private static final int MOST_SECONDS = 3600;
    private static final long LEAST_BUFFER = 1L << 20;
    private static final long MOST_BUFFER = 64L << 30;

    private EndpointReader() {}

    static Optional<EndpointTable> read(SettingsTable table) {
        List<String> keys = new ArrayList<>(List.of(
                "listen",
                "relay",
                "max-connections-per-second",
                "max-connections-per-second-per-address",
                "max-unauthenticated",
                "max-unauthenticated-per-address",
                "authentication-seconds",
                "max-authentication-tries",
                "keep-alive-seconds",
                "buffer-bytes"));
        keys.addAll(List.of(RelayUse.KEYS));
        table.allow(keys.toArray(String[]::new));
        List<RelayTable> relays = table.tables("relay").stream()
                .flatMap(entry -> RelayReader.read(entry, Optional.empty()).stream())
                .toList();
        EndpointLimits limits = limits(table);
        RelayUse use = RelayUse.read(table);
        return table.required("listen")
                .flatMap(listen -> table.address("listen", listen, -1))
                .map(address -> new EndpointTable(address.host(), address.port(), limits, use, relays));
    }

    private static EndpointLimits limits(SettingsTable table) {
        EndpointLimits usual = EndpointLimits.DEFAULT;
        return new EndpointLimits(
                number(table, "max-connections-per-second", usual.connectionsPerSecond()),
                number(table, "max-connections-per-second-per-address", usual.connectionsPerSecondPerAddress()),
                number(table, "max-unauthenticated", usual.unauthenticated()),
                number(table, "max-unauthenticated-per-address", usual.unauthenticatedPerAddress()),
                seconds(table, "authentication-seconds", usual.authentication()),
                number(table, "max-authentication-tries", usual.authenticationTries()),
                seconds(table, "keep-alive-seconds", usual.keepAlive()),
                table.number("buffer-bytes", LEAST_BUFFER, MOST_BUFFER).orElse(usual.bufferBytes()));
    }

    private static int number(SettingsTable table, String key, int usual) {
        return table.number(key, 1, MOST).map(Math::toIntExact).orElse(usual);
    }

    private static Duration seconds(SettingsTable table, String key, Duration usual) {
        return table.number(key, 1, MOST_SECONDS).map(Duration::ofSeconds).orElse(usual);
    }
}
