package org.qair.protocol;

import java.io.IOException;

/**
 * The refusal of bytes that are no message of qrexec or QubesDB. The message names the field, what was found there and what
 * may stand there; nothing of the peer's bytes is in it unescaped.
 */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
