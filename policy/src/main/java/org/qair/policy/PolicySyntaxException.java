package org.qair.policy;

/** The refusal of a policy file: what is wrong and where, {@code file:line: message}. One of these denies every call. */
public final class PolicySyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient RuleLocation location;

    public PolicySyntaxException(RuleLocation location, String message) {
        super(location + ": " + message);
        this.location = location;
    }

    public RuleLocation location() {
        return location;
    }
}
