package org.qair.channel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.qair.protocol.Limits;

/**
 * The ports of data channels, for each domain from 513 on. A port comes again only when all others have had their turn and the
 * call that had it has ended. One for a host, shared by all that answer triggers; safe for use by many threads.
 */
public final class DataPorts {
    private static final int FIRST = Limits.CONTROL_PORT + 1;

    private final int last;
    private final Map<Integer, Ports> domains = new HashMap<>();

    /** With all the ports that a signed 32-bit number holds. */
    public DataPorts() {
        this(Integer.MAX_VALUE);
    }

    DataPorts(int last) {
        this.last = last;
    }

    private static final class Ports {
        private final Set<Integer> taken = new HashSet<>();
        private int next = FIRST;
    }

    /** A port that no call of that domain has. */
    synchronized int take(int domain) {
        Ports ports = domains.computeIfAbsent(domain, key -> new Ports());
        if (ports.taken.size() > last - FIRST) {
            throw new IllegalStateException("all data ports of domain %d are taken".formatted(domain));
        }
        while (true) {
            int port = ports.next;
            ports.next = port == last ? FIRST : port + 1;
            if (ports.taken.add(port)) {
                return port;
            }
        }
    }

    /** The call has ended. */
    synchronized void release(int domain, int port) {
        Ports ports = domains.get(domain);
        if (ports != null) {
            ports.taken.remove(port);
        }
    }
}
