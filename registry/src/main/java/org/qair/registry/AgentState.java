package org.qair.registry;

import java.util.Locale;

/** How the host stands with the agent of an agent-run qube; known only while the host runs, and kept nowhere. */
public enum AgentState {
    /** The host has not reached it yet. */
    WAITING,
    /** Its control channel is open. */
    CONNECTED,
    /** Its control channel was open and has closed; the host tries again. */
    GONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
