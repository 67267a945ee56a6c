package org.qair.host.prompts;

/** The ways to ask a person, as the settings name them. */
public enum Asking {
    /** The field's agent on the source's GUI qube: the service {@code policy.Ask}. */
    GUI("gui"),
    /** A terminal with {@code qair prompts}. */
    TERMINAL("terminal"),
    /** A desktop with {@code qair prompts desktop}. */
    DESKTOP("desktop");

    private final String word;

    Asking(String word) {
        this.word = word;
    }

    /** Its name in settings and messages. */
    public String word() {
        return word;
    }
}
