package org.qair.host.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * {@code [metrics]}: where the host's numbers can be read; nowhere unless it is set.
 *
 * @param listen a port of a loopback address ({@code listen = "127.0.0.1:9464"}), 0 for one that the system chooses
 * @param socket whether at the socket {@code run/qair/metrics.sock} ({@code socket = true})
 */
public record MetricsTable(Optional<InetSocketAddress> listen, boolean socket) {
    /** Nowhere. */
    public static final MetricsTable NONE = new MetricsTable(Optional.empty(), false);

    private static final String LISTEN = "listen";

    /** Whether anybody may look. */
    public boolean isAsked() {
        return socket || listen.isPresent();
    }

    static MetricsTable read(SettingsTable table) {
        table.allow(LISTEN, "socket");
        return new MetricsTable(
                table.string(LISTEN)
                        .flatMap(text -> table.address(LISTEN, text, -1))
                        .flatMap(address -> loopback(table, address)),
                table.flag("socket").orElse(false));
    }

    /** Nobody is asked who he is there, and nothing is encrypted. */
    private static Optional<InetSocketAddress> loopback(SettingsTable table, SettingsTable.Address address) {
        Optional<InetAddress> found = literal(address.host()).filter(InetAddress::isLoopbackAddress);
        if (found.isEmpty()) {
            table.fault(
                    LISTEN,
                    "`%s` is to be a loopback address such as `127.0.0.1`: for readers elsewhere let a program that proves who they are pass the metrics on"
                            .formatted(address.host()));
        }
        return found.map(loopback -> new InetSocketAddress(loopback, address.port()));
    }

    private static Optional<InetAddress> literal(String host) {
        if (host.equals("localhost")) {
            return Optional.of(InetAddress.getLoopbackAddress());
        }
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }
}
