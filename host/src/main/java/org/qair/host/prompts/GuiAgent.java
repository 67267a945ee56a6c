package org.qair.host.prompts;

import java.util.Optional;

/** The field's way to ask on a desktop: its agent on the GUI qube of the source. */
@FunctionalInterface
public interface GuiAgent {
    /** Nobody is there. */
    GuiAgent NONE = question -> Optional.empty();

    /**
     * Asks, and waits for the answer.
     *
     * @return empty when there is no such agent, or it gave no proper answer
     * @throws InterruptedException when the question is withdrawn
     */
    Optional<Answer> ask(Question question) throws InterruptedException;
}
