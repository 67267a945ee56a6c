package org.qair.registry.admin;

import java.io.IOException;

/** Bytes that are no message of the Admin API. */
final class BrokenMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenMessageException(String message) {
        super(message);
    }
}
