package org.qair.host.metrics;

import org.qair.host.audit.AuditRecord.End;

/** Is told what happens in a host. Safe for use by many threads; returns at once. */
public interface Meter {
    /** Counts nothing. */
    Meter NONE = new Meter() {
        @Override
        public void callEnded(String door, String decision, End end) {}

        @Override
        public void prompted(PromptEnd end) {}

        @Override
        public void policyRead(PolicyReading result) {}
    };

    /**
     * A call was refused, or has ended.
     *
     * @param door where it came in, of the host's own words for that
     * @param decision {@code allow}, {@code ask} or {@code deny}
     */
    void callEnded(String door, String decision, End end);

    /** A call that waited for a person waits no longer. */
    void prompted(PromptEnd end);

    /** The files of the policy were read. */
    void policyRead(PolicyReading result);

    /** What came of asking about one call. */
    enum PromptEnd {
        ALLOWED,
        DENIED,
        /** Nobody answered in time, or could be reached. */
        UNANSWERED,
        /** The caller went away. */
        WITHDRAWN
    }

    /** What came of reading the policy. */
    enum PolicyReading {
        LOADED,
        /** It cannot be parsed. */
        BROKEN,
        /** It does not keep the expectations beside it. */
        REJECTED
    }
}
