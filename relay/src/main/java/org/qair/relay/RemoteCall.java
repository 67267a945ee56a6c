package org.qair.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.policy.Printable;
import org.qair.relay.stream.Pump;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call over an open channel: pumps the three streams, waits for exit status and the end of the output, and leaves
 * nothing running. Used once, by one thread.
 */
final class RemoteCall {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCall.class);
    private static final int MAX_EXIT_CODE = 255;
    private static final Duration LEAVING = Duration.ofSeconds(1);

    private final Streams streams;
    private final Object peer;
    private final Duration drain;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /**
     * @param peer the far end, for messages
     * @param drain how long output may stay silent and open after the service has ended
     */
    RemoteCall(Object peer, Streams streams, Duration drain) {
        this.peer = peer;
        this.streams = streams;
        this.drain = drain;
    }

    /** Something happened: an exit status, a close, the end of a pump. Does not block. */
    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs it to its end. The channel is closed when this returns or throws. */
    int run(CallChannel channel) throws CallException, InterruptedException {
        BooleanSupplier endsWithCall = () -> streams.endWithCall() && channel.hasExited();
        Pump stdout = new Pump("ssh-stdout", channel.stdout(), streams.stdout(), this::changed).start(endsWithCall);
        Pump stderr = new Pump("ssh-stderr", channel.stderr(), streams.stderr(), this::changed).start(endsWithCall);
        Pump stdin = new Pump("ssh-stdin", streams.stdin(), channel.stdin(), this::changed).start();
        try {
            awaitExit(channel, stdin, stdout, stderr);
            awaitOutput(channel, stdout, stderr);
            return exitCode(channel, stdout, stderr);
        } finally {
            channel.leave();
            release(stdin);
            end(stdout);
            end(stderr);
        }
    }

    /** Done already but after a failure; then a writer that nothing can wake must not hold the call for ever. */
    private static void end(Pump output) throws InterruptedException {
        if (!output.isDone()) {
            output.stop();
            output.join(LEAVING);
        }
    }

    private void awaitExit(CallChannel channel, Pump stdin, Pump stdout, Pump stderr)
            throws CallException, InterruptedException {
        lock.lock();
        try {
            while (true) {
                boolean closed = channel.isClosed(); // asked first: an exit status comes before the close
                if (channel.hasExited()) {
                    return;
                }
                if (closed) {
                    throw lost(channel);
                }
                checkCaller(stdin.readFailure(), "input");
                checkCaller(stdout.writeFailure(), "output");
                checkCaller(stderr.writeFailure(), "error output");
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkCaller(@Nullable IOException failure, String stream) throws CallException {
        // A channel that is going down interrupts nothing: only the caller's own streams fail here.
        if (failure != null) {
            throw new CallException.Failed(
                    "%s: the caller's %s broke: %s".formatted(peer, stream, failure.getMessage()), failure);
        }
    }

    private CallException lost(CallChannel channel) {
        return new CallException.Failed(
                channel.wasRequestRefused()
                        ? "%s refused the request to run qrexec-client-vm".formatted(peer)
                        : "%s: the connection was lost before the service ended%s".formatted(peer, why(channel)));
    }

    private static String why(CallChannel channel) {
        return channel.lossReason().map(": "::concat).orElse("");
    }

    /**
     * Waits for all output. Something that outlives the service may hold its output open: that is waited for only while
     * bytes still move or the caller is slow to take them.
     */
    private void awaitOutput(CallChannel channel, Pump stdout, Pump stderr) throws InterruptedException {
        lock.lock();
        try {
            while (!stdout.isDone() || !stderr.isDone()) {
                if (channel.isOutputEnded()) {
                    changed.await(); // what came is only to be taken; a timed wait of a virtual thread is dear
                    continue;
                }
                long before = stdout.moved() + stderr.moved();
                long left = drain.toNanos();
                while (left > 0 && !(stdout.isDone() && stderr.isDone())) {
                    left = changed.awaitNanos(left);
                }
                boolean stuck = !stdout.isWriting() && !stderr.isWriting();
                if (left <= 0 && stuck && stdout.moved() + stderr.moved() == before) {
                    LOG.info("{}: output still open {} after the service ended, closed", peer, drain);
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private int exitCode(CallChannel channel, Pump stdout, Pump stderr) throws CallException {
        checkCaller(stdout.writeFailure(), "output");
        checkCaller(stderr.writeFailure(), "error output");
        if (stdout.readFailure() != null || stderr.readFailure() != null) {
            throw new CallException.Failed(
                    "%s: the connection was lost before all output came%s".formatted(peer, why(channel)));
        }
        Integer status = channel.getExitStatus();
        if (status != null && status >= 0 && status <= MAX_EXIT_CODE) {
            return status;
        }
        String signal = channel.getExitSignal();
        Optional<Integer> bySignal = signal == null ? Optional.empty() : ExitSignal.exitCode(signal);
        return bySignal.orElseThrow(() -> new CallException.Failed("%s: the service ended with %s"
                .formatted(peer, signal == null ? "exit status " + status : "signal `" + Printable.of(signal) + "`")));
    }

    /** Nobody reads the input any more, and whoever waits for it must not hold the call. */
    private void release(Pump stdin) {
        stdin.stop();
        try {
            streams.stdin().close();
        } catch (IOException e) {
            LOG.debug("{}: closing the caller's input: {}", peer, e.getMessage());
        }
    }
}
