package org.qair.host.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [agents]}: the agents of qubes that are VMs or containers.
 *
 * @param vchanDirectory where agents with socket vchans are; absent for {@code run/qair/vchan}
 * @param startup how long a call waits for an agent that is not there
 */
public record AgentsTable(Optional<Path> vchanDirectory, Duration startup) {
    private static final Duration STARTUP = Duration.ofSeconds(60);

    /** What holds when nothing is set. */
    static final AgentsTable USUAL = new AgentsTable(Optional.empty(), STARTUP);
}
