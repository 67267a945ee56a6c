package org.qair.channel;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Input that can be passed on by the thread that receives it, with nothing in between. */
public interface PassingInput {
    /**
     * Passes on what comes, as it comes, to its end. For a thread that nobody interrupts.
     *
     * @param to may take as long as it likes for what it is given
     * @throws IOException when the input was cut off or closed, or {@code to} takes no more
     */
    void passTo(WritableByteChannel to) throws IOException;
}
