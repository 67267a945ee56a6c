package org.qair.host;

/** An Admin API call that was refused, as a rule of the registry wants it. */
public final class AdminRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    AdminRefusedException(String type, String message) {
        super(message);
        this.type = type;
    }

    /** The field's name of the error, such as {@code QubesVMInUseError}. */
    public String type() {
        return type;
    }
}
