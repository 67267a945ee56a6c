package org.qair.host.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.qair.channel.Vchan;
import org.qair.policy.QubeName;

/**
 * {@code [agents]}: the agents of qubes that are VMs or containers.
 *
 * @param vchanDirectory where agents with socket vchans are; absent for {@code run/qair/vchan}
 * @param startup how long a call waits for an agent that is not there
 * @param guests the qubes that are virtual machines with vsock; all others have socket vchans
 */
public record AgentsTable(Optional<Path> vchanDirectory, Duration startup, List<GuestTable> guests) {
    private static final Duration STARTUP = Duration.ofSeconds(60);

    /** What holds when nothing is set. */
    static final AgentsTable USUAL = new AgentsTable(Optional.empty(), STARTUP, List.of());

    public AgentsTable {
        guests = List.copyOf(guests);
    }

    /** The host's side of each guest's vchans. */
    public Map<QubeName, Vchan> guestVchans() {
        return guests.stream()
                .collect(Collectors.toMap(
                        GuestTable::name, guest -> guest.reach().vchan()));
    }
}
