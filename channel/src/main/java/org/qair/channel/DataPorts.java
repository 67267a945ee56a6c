package org.qair.channel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.qair.protocol.Limits;

/**
 * The ports of data channels, for each domain from 513 to 999,999: a path that holds one is still short. A port comes again only when
 * all others have had their turn and the call that had it has ended. Shared by all that give ports of the same domains; safe for use
 * by many threads.
 */
public final class DataPorts {
    private static final int FIRST = Limits.CONTROL_PORT + 1;

    /** The last that is given. */
    public static final int LAST = 999_999;

    private final int last;
    private final int first;
    private final Map<Integer, Ports> domains = new HashMap<>();

    /** The first given is 513. */
    public DataPorts() {
        this(LAST, FIRST);
    }

    DataPorts(int last, int first) {
        this.last = last;
        this.first = first;
    }

    /**
     * The first given is anywhere: what was given before this process started, to channels that outlive it, will hardly be given
     * again soon.
     */
    public static DataPorts fromAnywhere() {
        return new DataPorts(LAST, ThreadLocalRandom.current().nextInt(FIRST, LAST + 1));
    }

    private static final class Ports {
        private final Set<Integer> taken = new HashSet<>();
        private int next;

        Ports(int first) {
            next = first;
        }
    }

    /**
     * A port that no call of that domain has.
     *
     * @throws IllegalStateException when all are taken
     */
    public synchronized int take(int domain) {
        Ports ports = domains.computeIfAbsent(domain, key -> new Ports(first));
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

    /** How many calls of a domain have one. */
    public synchronized int taken(int domain) {
        Ports ports = domains.get(domain);
        return ports == null ? 0 : ports.taken.size();
    }

    /** The call has ended. */
    public synchronized void release(int domain, int port) {
        Ports ports = domains.get(domain);
        if (ports != null) {
            ports.taken.remove(port);
        }
    }
}
