package org.qair.relay.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.qair.relay.openssh.ConfigException;
import org.qair.relay.openssh.ConfigRequest;
import org.qair.relay.openssh.SshConfig;

/**
 * The hops that OpenSSH's client would take. Of several jump hosts the last is reached through those before it; what the
 * first is reached through its own configuration says.
 */
public final class ConfiguredRoute {
    private static final int MOST_HOPS = 8;

    private ConfiguredRoute() {}

    /** Asks OpenSSH about each host on the way. */
    public static Route of(Destination.Configured wanted, PeerLimits limits) throws IOException, InterruptedException {
        SshConfig config =
                SshConfig.of(new ConfigRequest(wanted.host(), Optional.empty(), OptionalInt.empty(), wanted.file()));
        List<Hop> hops = new ArrayList<>();
        List<JumpSpec> jumps = jumps(config);
        hops.add(ConfiguredHop.of(config, wanted.hostKeys()));
        while (!jumps.isEmpty()) {
            if (hops.size() == MOST_HOPS) {
                throw new ConfigException(
                        "`%s` is reached through more than %d jump hosts: does a `ProxyJump` go round in a circle?"
                                .formatted(wanted.host(), MOST_HOPS - 1));
            }
            JumpSpec last = jumps.getLast();
            SshConfig jump = SshConfig.of(new ConfigRequest(last.host(), last.user(), last.port(), wanted.file()));
            hops.addFirst(ConfiguredHop.of(jump, List.of()));
            jumps = jumps.size() > 1 ? jumps.subList(0, jumps.size() - 1) : jumps(jump);
        }
        return new Route(hops, limits(config, limits));
    }

    private static List<JumpSpec> jumps(SshConfig config) {
        return config.value("proxyjump").map(JumpSpec::parse).orElse(List.of());
    }

    private static PeerLimits limits(SshConfig config, PeerLimits usual) {
        Optional<Duration> interval = seconds(config, "serveraliveinterval");
        return new PeerLimits(
                seconds(config, "connecttimeout").orElse(usual.connectTimeout()),
                usual.connections(),
                usual.callsPerConnection(),
                usual.queueTimeout(),
                interval.orElse(usual.keepAlive()),
                interval.isEmpty()
                        ? usual.keepAliveCount()
                        : config.number("serveralivecountmax")
                                .map(Math::toIntExact)
                                .orElse(usual.keepAliveCount()));
    }

    private static Optional<Duration> seconds(SshConfig config, String option) {
        return config.number(option).filter(number -> number > 0).map(Duration::ofSeconds);
    }
}
