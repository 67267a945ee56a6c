package org.qair.channel;

import java.io.IOException;

/** The answer to a request that policy, or a check before it, did not allow. Why is in the host's log, not here. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException() {
        super("Request refused");
    }
}
