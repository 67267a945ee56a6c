package org.qair.policy;

import java.io.UncheckedIOException;

/** Words for a file that exists and cannot be read. */
final class Unreadable {
    private Unreadable() {}

    static String describe(UncheckedIOException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return "cannot be read: " + Printable.of(String.valueOf(cause.getMessage()));
    }
}
