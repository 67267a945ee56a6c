package org.qair.policy;

import java.io.UncheckedIOException;

/** Words for a file that exists and cannot be read. */
final class Unreadable {
    private Unreadable() {}

    static String describe(UncheckedIOException failure) {
        String message = failure.getMessage();
        return "cannot be read: " + Characters.printable(message == null ? "unknown" : message);
    }
}
