package org.qair.host.agents;

import java.util.UUID;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;

/** A qube that has an agent. Its name may change, and is then that of a moment. */
final class AgentQube {
    private final UUID uuid;
    private final int qid;
    private final String backend;
    private volatile QubeName name;

    AgentQube(QubeRecord record) {
        this.uuid = record.uuid();
        this.qid = record.qid();
        this.backend = record.agentBackend();
        this.name = record.name();
    }

    UUID uuid() {
        return uuid;
    }

    /** Its number on this host, which is its vchan domain. */
    int qid() {
        return qid;
    }

    QubeName name() {
        return name;
    }

    void rename(QubeName now) {
        name = now;
    }

    /** Whether the registry still has it as it was. */
    boolean is(QubeRecord record) {
        return uuid.equals(record.uuid()) && record.isAgentRun() && backend.equals(record.agentBackend());
    }
}
