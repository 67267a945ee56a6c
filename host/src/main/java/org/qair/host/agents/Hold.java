package org.qair.host.agents;

import java.util.concurrent.CompletableFuture;

/** One end of a data channel, as its agent has it, until it lets go. Safe for use by many threads. */
final class Hold {
    private final CompletableFuture<LetGo> letGo = new CompletableFuture<>();

    /** How the host learnt that it did. */
    enum LetGo {
        /** The agent said so. */
        TOLD,
        /** Its control channel ended before. */
        AGENT_GONE
    }

    /** Notes that it did; only the first time counts. */
    void letGo(LetGo how) {
        letGo.complete(how);
    }

    /** How it did, once it has. */
    CompletableFuture<LetGo> future() {
        return letGo;
    }

    boolean isLetGo() {
        return letGo.isDone();
    }

    /** Runs this when it does, in a thread that must not be held up. */
    void whenLetGo(Runnable quick) {
        var ignored = letGo.thenRun(quick);
    }
}
