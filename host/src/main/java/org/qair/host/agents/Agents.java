package org.qair.host.agents;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.qair.call.Service;
import org.qair.call.Switchboard;
import org.qair.channel.DataPorts;
import org.qair.channel.GuestSockets;
import org.qair.channel.Vchan;
import org.qair.policy.QubeName;
import org.qair.registry.AgentState;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistrySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents of all agent-run qubes of a host, kept in step with the registry. Calls of agents go to the switchboard; calls to their
 * qubes come by {@link #find}. Safe for use by many threads.
 */
public final class Agents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Registry registry;
    private final VchanDirectory directory;
    private final Duration startup;
    private final Map<QubeName, Vchan> guests;
    private final DataPorts ports = DataPorts.fromAnywhere();
    private final Map<UUID, AgentLink> links = new ConcurrentHashMap<>();
    private final Map<UUID, AgentQube> qubes = new HashMap<>();
    private final Map<UUID, GuestDatabase> databases = new HashMap<>();
    private Registry.@Nullable Subscription following;

    /**
     * @param directory where agents with socket vchans are
     * @param startup how long a call waits for an agent that is not there
     * @param guests the qubes whose agents are not in that directory, and how they are reached
     */
    public Agents(Registry registry, VchanDirectory directory, Duration startup, Map<QubeName, Vchan> guests) {
        this.registry = registry;
        this.directory = directory;
        this.startup = startup;
        this.guests = Map.copyOf(guests);
    }

    /** Connects to the agents that there are, and to those that come to be. */
    public synchronized void start(Switchboard switchboard) {
        AgentHost host = new Common(switchboard);
        following = registry.onChange(change -> follow(change.after(), host));
        follow(registry.snapshot(), host);
    }

    /** The services of a qube, if it has an agent. */
    public Optional<Service> find(QubeName qube) {
        return link(qube).map(CallToAgent::of);
    }

    /**
     * A plain command in a qube that has an agent, for the host's owner: no policy is asked.
     *
     * @param user as whom; empty for the qube's default user
     * @param line for that user's shell
     * @param withStreams false for one whose streams are {@code /dev/null}, and whose exit code is that of starting it
     */
    public Optional<Service> command(QubeName qube, Optional<String> user, String line, boolean withStreams) {
        return link(qube).map(link -> CallToAgent.command(link, user, line, withStreams));
    }

    private Optional<AgentLink> link(QubeName qube) {
        return registry.snapshot().find(qube).map(QubeRecord::uuid).map(links::get);
    }

    private synchronized void follow(RegistrySnapshot now, AgentHost host) {
        for (Iterator<AgentQube> known = qubes.values().iterator(); known.hasNext(); ) {
            AgentQube qube = known.next();
            Optional<QubeRecord> record = now.find(qube.uuid()).filter(qube::is);
            record.ifPresent(still -> qube.follow(still, now));
            if (record.isEmpty()) {
                known.remove();
                end(qube);
            }
        }
        for (QubeRecord record : now.qubes()) {
            if (record.isAgentRun() && !qubes.containsKey(record.uuid())) {
                begin(record, now, host);
            }
        }
    }

    /** A qube whose directory cannot be made is without its agent; the others are not harmed. */
    private void begin(QubeRecord record, RegistrySnapshot now, AgentHost host) {
        AgentQube qube = new AgentQube(record, now);
        try {
            List<AgentPlace> places = places(qube);
            Optional<GuestSockets> sockets = places.getFirst().sockets();
            if (sockets.isPresent()) {
                databases.put(qube.uuid(), GuestDatabase.open(sockets.get(), registry, record));
            }
            AgentLink link = new AgentLink(qube, places, host);
            qubes.put(qube.uuid(), qube);
            links.put(qube.uuid(), link);
            link.start();
        } catch (IOException failed) {
            LOG.error("the agent of qube `{}` cannot be reached: {}", qube.name(), failed.getMessage());
        }
    }

    private List<AgentPlace> places(AgentQube qube) throws IOException {
        Vchan guest = guests.get(qube.name());
        return guest == null ? directory.places(qube.qid()) : List.of(AgentPlace.of(guest));
    }

    private void end(AgentQube qube) {
        AgentLink link = links.remove(qube.uuid());
        if (link != null) {
            link.close();
        }
        GuestDatabase database = databases.remove(qube.uuid());
        if (database != null) {
            close(database);
        }
        try {
            directory.remove(qube.qid());
        } catch (IOException failed) {
            LOG.warn("the vchan directory of qube `{}` cannot be removed: {}", qube.name(), failed.getMessage());
        }
    }

    /** How many data channels have an agent at an end. */
    int dataChannels() {
        return ports.taken(0);
    }

    /** Lets go of all agents, and ends the calls that they made and whose data pass the host. */
    @Override
    public void close() {
        List<AgentLink> all;
        synchronized (this) {
            if (following != null) {
                following.close();
            }
            all = List.copyOf(links.values());
            links.clear();
            databases.values().forEach(Agents::close);
            databases.clear();
        }
        all.forEach(AgentLink::close);
        try {
            for (AgentLink link : all) {
                link.join(END_LIMIT);
            }
            directory.close();
        } catch (IOException failed) {
            LOG.warn("the vchan directory is left as it is: {}", failed.getMessage());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(GuestDatabase database) {
        try {
            database.close();
        } catch (IOException failed) {
            LOG.warn("closing a QubesDB: {}", failed.getMessage());
        }
    }

    private final class Common implements AgentHost {
        private final Switchboard switchboard;

        Common(Switchboard switchboard) {
            this.switchboard = switchboard;
        }

        @Override
        public Switchboard switchboard() {
            return switchboard;
        }

        @Override
        public DataPorts ports() {
            return ports;
        }

        @Override
        public Duration startup() {
            return startup;
        }

        @Override
        public Optional<AgentLink> find(QubeName qube) {
            return link(qube);
        }

        @Override
        public void note(AgentQube qube, AgentState state) {
            registry.noteAgent(qube.uuid(), state);
        }
    }
}
