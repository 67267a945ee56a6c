package org.qair.exec;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program whose processes live no longer than its call. */
final class Program implements Prepared {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);

    private static final ProcessBuilder.Redirect NOTHING = ProcessBuilder.Redirect.from(new File("/dev/null"));

    private final ServiceSettings settings;
    private final CallId id;
    private final Launch launch;

    Program(ServiceSettings settings, CallId id, Launch launch) {
        this.settings = settings;
        this.id = id;
        this.launch = launch;
    }

    @Override
    public int run(Streams streams) throws CallException, InterruptedException {
        try (ChildPipes pipes = ChildPipes.open()) {
            return run(streams, start(launch.builder(settings.means(), id), pipes::start), pipes);
        } catch (IOException failure) {
            throw new CallException.Failed("the pipes of `%s` cannot be made".formatted(launch.name()), failure);
        }
    }

    private int run(Streams streams, Process process, ChildPipes pipes) throws InterruptedException {
        ProcessTree tree = ProcessTree.of(process, id, settings.means());
        try {
            Pump.toProcess("stdin-" + id, streams.stdin(), pipes.stdin());
            Pump stdout = Pump.fromProcess("stdout-" + id, pipes.stdout(), streams.stdout());
            Pump stderr = Pump.fromProcess("stderr-" + id, pipes.stderr(), streams.stderr());
            int code = process.waitFor();
            drain(tree, List.of(stdout, stderr));
            return code;
        } catch (InterruptedException cutOff) {
            terminate(process, tree);
            throw cutOff;
        } finally {
            tree.kill();
            close(streams);
        }
    }

    @Override
    public void start() throws CallException {
        ProcessBuilder builder = launch.builder(settings.means(), id)
                .redirectInput(NOTHING)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        var ignored = start(builder, ProcessBuilder::start);
    }

    @Override
    public Optional<String> user() {
        return Optional.of(launch.user().orElseGet(UnixUser::own).name());
    }

    private interface Starting {
        Process start(ProcessBuilder builder) throws IOException;
    }

    private Process start(ProcessBuilder builder, Starting starting) throws CallException {
        try {
            return starting.start(builder);
        } catch (IOException refused) {
            throw new CallException.Failed("`%s` cannot be started".formatted(launch.name()), refused);
        }
    }

    /**
     * The program has ended; what it wrote is still to be passed on, however slowly the caller reads. A process that it left
     * behind may hold the output open: it is ended. One that has made itself independent is no longer listened to.
     */
    private void drain(ProcessTree tree, List<Pump> pumps) throws InterruptedException {
        long deadline = System.nanoTime() + settings.drain().toNanos();
        boolean ended = true;
        for (Pump pump : pumps) {
            ended &= pump.endedWithin(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        if (ended) {
            return;
        }
        tree.kill();
        for (Pump pump : pumps) {
            if (!pump.drained(settings.drain())) {
                LOG.info(
                        "call {}: a process that `{}` left behind holds its output open; not waiting for it",
                        id,
                        launch.name());
            }
        }
    }

    private void terminate(Process process, ProcessTree tree) {
        tree.terminate();
        try {
            var ignored = process.waitFor(settings.termination());
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Streams streams) {
        try {
            streams.stdin().close();
        } catch (IOException alreadyGone) {
            LOG.debug("closing the caller's stdin", alreadyGone);
        }
    }
}
