package org.qair.host.agents;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

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

    /** Waits until it does. */
    LetGo await() throws InterruptedException {
        try {
            return letGo.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean isLetGo() {
        return letGo.isDone();
    }

    /** Runs this when it does, in a thread that must not be held up. */
    void whenLetGo(Runnable quick) {
        var ignored = letGo.thenRun(quick);
    }
}
