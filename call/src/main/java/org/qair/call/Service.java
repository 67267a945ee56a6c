package org.qair.call;

/**
 * Something that a call can run: a program, a socket, or a built-in such as {@code qubesair.SSHProxy}. Implementations are
 * safe for use by many calls at once.
 */
@FunctionalInterface
public interface Service {
    /**
     * Runs the call to its end in the calling (virtual) thread. When this returns, all output has been written to the
     * streams and nothing of the call is left running. An interrupt means that the caller is gone or the call was cut off:
     * the service ends what it started and throws.
     *
     * @return the exit code, 0 to 255
     * @throws CallException when there is no exit code of a service to report
     */
    int run(Call call, Streams streams) throws CallException, InterruptedException;
}
