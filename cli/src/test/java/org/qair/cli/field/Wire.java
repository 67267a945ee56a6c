package org.qair.cli.field;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** How the field's Python tools reach the Admin API: at the socket in dom0, by {@code qrexec-client-vm} elsewhere. */
interface Wire {
    /** All bytes of one answer; none for a call that was refused or makes no sense. */
    byte[] call(String destination, String method, @Nullable String argument, byte @Nullable [] payload)
            throws IOException;

    /** The bytes of a stream of events, while they come. */
    InputStream events(String destination) throws IOException;
}
