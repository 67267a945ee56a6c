package org.qair.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that is a program: its processes live no longer than its call. */
final class Program {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);

    private final ServiceSettings settings;
    private final Path file;

    Program(ServiceSettings settings, Path file) {
        this.settings = settings;
        this.file = file;
    }

    int run(Call call, Streams streams) throws CallException, InterruptedException {
        Process process = start(call);
        ProcessGroup group = new ProcessGroup(process);
        try {
            Pump.ofProcess("stdin-" + call.id(), streams.stdin(), process.getOutputStream());
            Pump stdout = Pump.ofProcess("stdout-" + call.id(), process.getInputStream(), streams.stdout());
            Pump stderr = Pump.ofProcess("stderr-" + call.id(), process.getErrorStream(), streams.stderr());
            int code = process.waitFor();
            drain(call, group, List.of(stdout, stderr));
            return code;
        } catch (InterruptedException cutOff) {
            terminate(process, group);
            throw cutOff;
        } finally {
            group.kill();
            close(streams);
        }
    }

    private Process start(Call call) throws CallException {
        ProcessBuilder builder = new ProcessBuilder(CommandLine.of(file, call, settings));
        ServiceEnvironment.apply(builder.environment(), call, settings.environment());
        builder.directory(Path.of("/").toFile());
        try {
            return builder.start();
        } catch (IOException refused) {
            throw new CallException.Failed("service file `%s` cannot be started".formatted(file), refused);
        }
    }

    /**
     * The program has ended; what it wrote is still to be passed on, however slowly the caller reads. A process that it left
     * behind may hold the output open: it is ended. One that has made itself independent is no longer listened to.
     */
    private void drain(Call call, ProcessGroup group, List<Pump> pumps) throws InterruptedException {
        long deadline = System.nanoTime() + settings.drain().toNanos();
        boolean ended = true;
        for (Pump pump : pumps) {
            ended &= pump.endedWithin(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        if (ended) {
            return;
        }
        group.kill();
        for (Pump pump : pumps) {
            if (!pump.drained(settings.drain())) {
                LOG.info(
                        "call {}: a process that `{}` left behind holds its output open; not waiting for it",
                        call.id(),
                        file);
            }
        }
    }

    private void terminate(Process process, ProcessGroup group) {
        group.terminate();
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
