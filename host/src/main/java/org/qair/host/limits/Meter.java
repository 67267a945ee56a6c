package org.qair.host.limits;

import java.io.IOException;

/** Told of the bytes of one direction of a call: of input when it was read, of output before it is written. */
@FunctionalInterface
public interface Meter {
    /**
     * So many more.
     *
     * @throws IOException when they must not pass
     */
    void pass(int bytes) throws IOException;
}
