package org.qair.host.prompts;

/** An answer that cannot be taken; the message says why and is for whoever gave it. */
public final class PromptException extends Exception {
    private static final long serialVersionUID = 1L;

    PromptException(String message) {
        super(message);
    }
}
