package org.qair.call;

import java.util.Optional;

/**
 * Another way for a call than through the caller's streams: one where its data do not pass the host, such as from one agent to
 * another. Safe for use by many calls at once.
 */
@FunctionalInterface
public interface Carrier {
    /** Takes a call, or declines it at once; a call that was taken has not begun yet. */
    Optional<Carriage> take(Call call);

    /** The decision of a call that is carried. */
    @FunctionalInterface
    interface Admission {
        /**
         * Has it kept in the audit, which takes a while: the caller may be told before, nothing runs before.
         *
         * @throws CallException.Failed when it cannot be kept, and has to be
         */
        void keep() throws CallException.Failed;
    }

    /** A call that was taken; it is run once. */
    interface Carriage {
        /**
         * Connects the two ends and waits until they have done, in the calling thread. An interrupt cuts the call off, where that
         * can be done.
         *
         * @param admission to be kept before the target is told of anything
         * @return the exit code, where this side learns of it
         * @throws CallException.Lost when the two ends go on, or may do so, and nobody will tell how they end
         */
        Optional<Integer> run(Admission admission) throws CallException, InterruptedException;

        /** The host stops: what runs ends soon, and leaves the two ends to themselves. From another thread. */
        void leave();
    }
}
