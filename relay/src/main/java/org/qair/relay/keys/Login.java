package org.qair.relay.keys;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a relay logs in with at an SSH server. A file {@code KEY-cert.pub} beside a key is its certificate.
 *
 * @param keys private key files of OpenSSH's format; one of which only {@code KEY.pub} can be read is looked for in the agent
 * @param certificates further certificate files
 * @param agent the Unix socket of an {@code ssh-agent}
 * @param onlyThese whether of the agent's keys only those in {@code keys} are shown
 * @param patience how long the agent may take for an answer
 */
public record Login(
        List<Path> keys, List<Path> certificates, Optional<Path> agent, boolean onlyThese, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public Login {
        keys = List.copyOf(keys);
        certificates = List.copyOf(certificates);
    }

    /** One key file. */
    public static Login with(Path key) {
        return new Login(List.of(key), List.of(), Optional.empty(), true, PATIENCE);
    }

    /** The keys of an agent; with key files only those, else all that it holds. */
    public static Login withAgent(Path agent, List<Path> keys) {
        return new Login(keys, List.of(), Optional.of(agent), !keys.isEmpty(), PATIENCE);
    }
}
