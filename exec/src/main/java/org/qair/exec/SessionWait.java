package org.qair.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.policy.ServiceName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait for a user's session: the field's {@code qubes.WaitForSession}, a program of the service path that ends when the session
 * is there. It is given the user's name on its stdin. Those that wait at the same time wait for one run of it. When it is missing or
 * fails, the log says so, and the service starts all the same. Safe for use by many threads.
 */
final class SessionWait {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWait.class);
    private static final ServiceName SERVICE = ServiceName.parse("qubes.WaitForSession");

    private final ServiceSettings settings;
    private @Nullable Process running;
    private int waiting;

    SessionWait(ServiceSettings settings) {
        this.settings = settings;
    }

    /** What waits first, and then is {@code service}. */
    Prepared before(Prepared service, Call call, String user) {
        return new Waiting(service, call, user);
    }

    private final class Waiting implements Prepared {
        private final Prepared service;
        private final Call call;
        private final String user;
        private boolean waited;

        Waiting(Prepared service, Call call, String user) {
            this.service = service;
            this.call = call;
            this.user = user;
        }

        @Override
        public void awaitSession() throws InterruptedException {
            if (!waited) {
                await(call, user);
                waited = true;
            }
        }

        @Override
        public int run(Streams streams) throws CallException, InterruptedException {
            awaitSession();
            return service.run(streams);
        }

        @Override
        public void start() throws CallException, InterruptedException {
            awaitSession();
            service.start();
        }

        @Override
        public Optional<String> user() {
            return service.user();
        }
    }

    private void await(Call call, String user) throws InterruptedException {
        Optional<Process> process = join(call, user);
        if (process.isEmpty()) {
            return;
        }
        try {
            int code = process.get().waitFor();
            if (code != 0) {
                LOG.warn("call {}: `{}` ended with {}; not waiting any longer", call.id(), SERVICE, code);
            }
        } finally {
            leave(process.get());
        }
    }

    private synchronized Optional<Process> join(Call call, String user) {
        if (running == null || !running.isAlive()) {
            try {
                running = start(call, user);
                waiting = 0;
            } catch (IOException | CallException broken) {
                LOG.warn("call {} does not wait for a session: {}", call.id(), broken.getMessage());
                return Optional.empty();
            }
        }
        waiting++;
        return Optional.of(running);
    }

    /** When the last of those that wait is cut off, nobody needs it. */
    private synchronized void leave(Process process) {
        if (process.equals(running) && --waiting == 0) {
            process.destroy();
        }
    }

    private Process start(Call call, String user) throws IOException, CallException {
        Path file = settings.path()
                .find(SERVICE)
                .orElseThrow(() -> new CallException.NotFound("no file for service `%s` in %s"
                        .formatted(SERVICE, settings.path().directories())));
        Launch launch = new Launch(
                file.toString(),
                List.of(file.toString()),
                Optional.empty(),
                Map.of("QREXEC_REMOTE_DOMAIN", call.source().value()));
        Process process = launch.builder(new Means(false, false), call.id())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write((user + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException unread) {
            LOG.debug("`{}` did not read its stdin", file, unread);
        }
        return process;
    }
}
