package org.qair.policy;

import java.util.Optional;

/** What a rule does with the calls that it matches. */
sealed interface Action {
    /** Whether the user is told of it. */
    boolean notifyUser();

    /** {@code deny}. */
    record Deny(boolean notifyUser) implements Action {}

    /** {@code allow} and {@code ask}: the call may run, at once or when a person says so. */
    sealed interface Permit extends Action {
        /** {@code target=}: takes the place of what the caller asked for. */
        Optional<Token> redirect();

        /** {@code user=}. */
        Optional<String> user();

        /** {@code autostart=}: whether the target may be started for the call. */
        boolean autostart();
    }

    /** {@code allow}. */
    record Allow(Optional<Token> redirect, Optional<String> user, boolean autostart, boolean notifyUser)
            implements Permit {}

    /** {@code ask}, where {@code defaultTarget} is preselected. */
    record Ask(
            Optional<Token> redirect,
            Optional<Token> defaultTarget,
            Optional<String> user,
            boolean autostart,
            boolean notifyUser)
            implements Permit {}
}
