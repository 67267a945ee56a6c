package org.qair.host.prompts;

/** What came of asking, for one call. */
public sealed interface Outcome {
    /**
     * A person allows it.
     *
     * @param answeredBy for the audit: {@code alice on a terminal}
     */
    record Allowed(String target, String answeredBy) implements Outcome {}

    /** A person denies it. */
    record Denied(String answeredBy) implements Outcome {}

    /** Nobody has answered; the reason is for the log. */
    record Unanswered(String reason) implements Outcome {}
}
