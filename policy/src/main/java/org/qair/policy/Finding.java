package org.qair.policy;

import java.util.Optional;

/**
 * Something that lint has to say about a policy.
 *
 * @param at the rule or file it is about; absent when it is about a qube
 */
public record Finding(Severity severity, Kind kind, Optional<RuleLocation> at, String message) {
    /** How bad it is. */
    public enum Severity {
        /** The policy cannot be used. */
        ERROR,
        /** The policy works, and probably not as it was meant. */
        WARNING
    }

    /** What it is. */
    public enum Kind {
        SYNTAX,
        SHADOWED,
        NEVER_MATCHES,
        UNKNOWN_QUBE,
        UNKNOWN_TAG,
        UNKNOWN_TYPE,
        UNKNOWN_SERVICE,
        NO_CANDIDATES,
        UNREACHABLE
    }

    static Finding warning(Kind kind, RuleLocation at, String message) {
        return new Finding(Severity.WARNING, kind, Optional.of(at), message);
    }

    @Override
    public String toString() {
        return at.map(place -> place + ": ").orElse("") + message;
    }
}
