package org.qair.host.prompts;

/** What a person says to a prompt. */
public sealed interface Answer {
    /**
     * Yes.
     *
     * @param target one of the question's targets
     * @param calls how many calls the person saw waiting; those that came later are asked about again
     * @param term how long it stands
     */
    record Allow(String target, int calls, Term term) implements Answer {}

    /** No, to all that wait. */
    record Deny() implements Answer {}
}
