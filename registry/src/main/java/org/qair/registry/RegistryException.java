package org.qair.registry;

/** The refusal of a change or a question, which left the registry as it was: the field's class name and what is wrong. */
public final class RegistryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RegistryError error;

    public RegistryException(RegistryError error, String message) {
        super(message);
        this.error = error;
    }

    /** Which of the field's exceptions this is. */
    public RegistryError error() {
        return error;
    }
}
