package org.qair.call;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.qair.call.Switchboard.AdmittedCall;

/**
 * Stands for a call that nobody refused and that could not be made, so that its caller is answered like any other: it learns the exit
 * code, and nothing of why.
 */
public final class FailedCall implements AdmittedCall {
    private final CallId id = CallId.random();
    private final int exitCode;

    /** @param exitCode that of its {@link CallException} */
    public FailedCall(int exitCode) {
        this.exitCode = exitCode;
    }

    @Override
    public CallId id() {
        return id;
    }

    @Override
    public int run(Streams streams) {
        try {
            streams.stderr().write("Request failed\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            return exitCode; // nobody is told
        }
        return exitCode;
    }

    /** Whoever judged it has logged how it ended. */
    @Override
    public void abandon(String reason) {}
}
