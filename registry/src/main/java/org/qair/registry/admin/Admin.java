package org.qair.registry.admin;

import java.io.IOException;

/** Something that answers Admin API calls: the registry in this process, or a host's socket. Safe for use by many threads. */
public interface Admin {
    /**
     * Makes one call and waits for its end.
     *
     * @throws IOException when the host can't be reached or its answer is broken
     */
    AdminAnswer handle(AdminCall call) throws IOException;
}
