package org.qair.host.policyrpc;

/** A call that was refused for what it asked; nothing has changed. */
public final class PolicyRpcException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /** The kind of a refusal; the class names that the field's clients know. */
    public enum Fault {
        PolicyAdminTokenException,
        PolicyAdminFileNotFoundException,
        PolicyAdminProtocolException,
        PolicyAdminSyntaxException,
        PolicyAdminInvalidFileNameException,
        PolicyAdminInvalidFilePathException
    }

    /** @param message for the caller */
    public PolicyRpcException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }

    /** The refusal as it stands on stderr: the field's clients take the first word for its kind. */
    public String line() {
        return fault + " " + getMessage();
    }
}
