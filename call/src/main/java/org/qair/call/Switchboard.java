package org.qair.call;

/** The host's one place where calls are decided and connected. Front doors bring it calls; safe for use by many threads. */
public interface Switchboard {
    /**
     * Checks the names and asks policy; a refusal is in the audit when this throws it. May take as long as a person takes to answer a
     * prompt; an interrupt withdraws the call.
     *
     * @return the call, which has not started yet: it must be run or abandoned. It is in the audit before anything of it runs
     * @throws CallException.Refused when a name is malformed or policy does not allow it
     * @throws CallException.Failed when it is allowed but cannot be carried out
     */
    AdmittedCall admit(UncheckedCall call) throws CallException, InterruptedException;

    /** A call that was allowed and waits for its caller's streams. */
    interface AdmittedCall {
        CallId id();

        /**
         * Has the decision kept in the audit, if it is not yet: for whoever waits for the caller next and has told it already. Else the
         * call does it before it runs; a failure shows there. For the thread that runs it.
         */
        default void keep() {}

        /**
         * Runs it to its end in the calling thread, at most once. The outcome is in the audit when this returns.
         *
         * @return the exit code for the caller: the service's own, or 125, 126 or 127
         * @throws InterruptedException when the calling thread was interrupted because the caller is gone
         */
        int run(Streams streams) throws InterruptedException;

        /**
         * Runs it to its end as {@link #run} does, but by {@code carrier}, if that takes it.
         *
         * @return false when it did not: the call is still to be run or abandoned
         */
        default boolean carry(Carrier carrier) throws InterruptedException {
            return false;
        }

        /** Ends it before it started, when its caller never connected; the reason goes to the audit. */
        void abandon(String reason);
    }
}
