package org.qair.host.agents;

import java.util.concurrent.atomic.AtomicInteger;
import org.qair.channel.DataPorts;

/**
 * The port of one data channel. It can be given again when all who have an end of the channel have let go of it. Safe for use by many
 * threads.
 */
final class DataPort {
    /** All ports are the host's: no two channels have the same, whoever is at their ends. */
    private static final int DOMAIN = 0;

    private final DataPorts ports;
    private final int number;
    private final AtomicInteger parties;

    private DataPort(DataPorts ports, int parties) {
        this.ports = ports;
        this.number = ports.take(DOMAIN);
        this.parties = new AtomicInteger(parties);
    }

    /** One that two have an end of. */
    static DataPort ofTwo(DataPorts ports) {
        return new DataPort(ports, 2);
    }

    int number() {
        return number;
    }

    /** One of the two has let go. */
    void letGo() {
        if (parties.decrementAndGet() == 0) {
            ports.release(DOMAIN, number);
        }
    }
}
