package org.qair.exec;

import org.qair.call.CallId;

/** All that a program and its children are, however far they stray: what is ended with a call. */
interface ProcessTree {
    /** Asks all of them to end. */
    void terminate();

    /** Ends all of them. */
    void kill();

    /**
     * The one of a program that was started as {@link Launch#builder} says.
     *
     * @param leader its first process
     */
    static ProcessTree of(Process leader, CallId id, Means means) {
        ProcessGroup group = new ProcessGroup(leader);
        return means.scopes() ? new ScopedTree(group, Scope.of(id)) : group;
    }
}
