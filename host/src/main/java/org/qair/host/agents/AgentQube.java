package org.qair.host.agents;

import java.util.Optional;
import java.util.UUID;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;

/** A qube that has an agent. Its name and its default user may change, and are then those of a moment. */
final class AgentQube {
    private final UUID uuid;
    private final int qid;
    private final String backend;
    private volatile QubeName name;
    private volatile Optional<String> defaultUser;

    AgentQube(QubeRecord record, RegistrySnapshot all) {
        this.uuid = record.uuid();
        this.qid = record.qid();
        this.backend = record.agentBackend();
        this.name = record.name();
        this.defaultUser = defaultUser(record, all);
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

    /** The user that somebody set for it, or for its template. */
    Optional<String> defaultUser() {
        return defaultUser;
    }

    void follow(QubeRecord record, RegistrySnapshot all) {
        name = record.name();
        defaultUser = defaultUser(record, all);
    }

    private static Optional<String> defaultUser(QubeRecord record, RegistrySnapshot all) {
        return record.defaultUser()
                .or(() -> record.template().flatMap(all::find).flatMap(QubeRecord::defaultUser));
    }

    /** Whether the registry still has it as it was. */
    boolean is(QubeRecord record) {
        return uuid.equals(record.uuid()) && record.isAgentRun() && backend.equals(record.agentBackend());
    }
}
