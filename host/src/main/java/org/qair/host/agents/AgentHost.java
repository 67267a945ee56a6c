package org.qair.host.agents;

import java.time.Duration;
import java.util.Optional;
import org.qair.call.Switchboard;
import org.qair.channel.DataPorts;
import org.qair.policy.QubeName;
import org.qair.registry.AgentState;

/** What the agents of a host have in common: the switchboard, the data ports, and each other. */
interface AgentHost {
    Switchboard switchboard();

    /** The ports of all data channels that have an agent at an end, as ports of domain 0. */
    DataPorts ports();

    /** How long a call waits for an agent that is not there. */
    Duration startup();

    /** The agent of a qube that has one. */
    Optional<AgentLink> find(QubeName qube);

    /** Lets the registry know how it stands with an agent. */
    void note(AgentQube qube, AgentState state);
}
