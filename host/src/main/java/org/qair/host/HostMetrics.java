package org.qair.host;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Optional;
import org.qair.channel.unix.SocketFile;
import org.qair.host.metrics.Meter;
import org.qair.host.metrics.Metrics;
import org.qair.host.metrics.MetricsPort;
import org.qair.host.metrics.MetricsSocket;
import org.qair.host.prompts.Prompts;
import org.qair.host.prompts.Shown;
import org.qair.host.settings.MetricsTable;
import org.qair.relay.SshTransport;
import org.qair.relay.endpoint.SshEndpoint;

/** A host's metrics where its settings ask for them; nothing is counted where they do not. */
final class HostMetrics {
    private final MetricsTable settings;
    private final Optional<Metrics> metrics;

    HostMetrics(MetricsTable settings) {
        this.settings = settings;
        this.metrics = settings.isAsked() ? Optional.of(new Metrics()) : Optional.empty();
    }

    /** Who is to be told what happens. */
    Meter meter() {
        return metrics.<Meter>map(counting -> counting).orElse(Meter.NONE);
    }

    void watch(RunningCalls calls, Prompts prompts, SshTransport transport, LivePolicy policy) {
        metrics.ifPresent(shown -> {
            shown.gauge("qair_calls_running", "Calls that run now.", calls::count);
            shown.gauge("qair_peer_connections", "SSH connections to peers.", transport::connections);
            shown.gauge(
                    "qair_peer_calls_waiting",
                    "Calls that wait for a place on a connection to a peer.",
                    transport::waiting);
            shown.gauge(
                    "qair_prompts_waiting",
                    "Prompts that wait for a person's answer.",
                    () -> prompts.waiting().size());
            shown.gauge(
                    "qair_prompt_calls_waiting",
                    "Calls that wait for a person's answer.",
                    () -> prompts.waiting().stream().mapToInt(Shown::calls).sum());
            shown.gauge(
                    "qair_policy_in_force",
                    "1 when a policy decides, 0 when every call is denied because there is none that is whole.",
                    () -> policy.isWhole() ? 1 : 0);
        });
    }

    void watch(SshEndpoint endpoint) {
        metrics.ifPresent(shown -> shown.gauge(
                "qair_relay_connections", "SSH connections that relays have to the endpoint.", endpoint::connections));
    }

    /** Lets them be read; says in {@code run/qair/metrics} where the port is. */
    void listen(HostLayout layout, Resources opened) throws IOException, HostException {
        if (metrics.isEmpty()) {
            return;
        }
        if (settings.socket()) {
            opened.add(MetricsSocket.open(SocketFile.ownerOnly(layout.metricsSocket()), metrics.get()));
        }
        if (settings.listen().isPresent()) {
            MetricsPort port = opened.add(open(settings.listen().get(), metrics.get()));
            Files.writeString(
                    layout.metricsAddress(),
                    "%s:%d%n".formatted(settings.listen().get().getHostString(), port.port()));
        }
    }

    private static MetricsPort open(InetSocketAddress address, Metrics metrics) throws IOException, HostException {
        try {
            return MetricsPort.open(address, metrics);
        } catch (BindException taken) {
            throw new HostException("[metrics] listen: %s cannot be had: %s".formatted(address, taken.getMessage()));
        }
    }
}
