package org.qair.bench.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/**
 * One way to have a service run at the far end.
 *
 * @param calls how many calls of one caller are measured
 * @param call makes a call of a service, from its request to its exit code
 */
record Way(String name, int calls, Function<String, Call> call) {
    /** One call. */
    @FunctionalInterface
    interface Call {
        void make() throws IOException, InterruptedException;
    }

    /** From a client that is open to a RemoteVM. */
    static Way client(String name, int calls, QrexecClient client, String target) {
        return new Way(name, calls, service -> () -> {
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            try (QrexecCall call = client.withErrors(errors).call(target, service)) {
                call.stdin().close();
                expect(name, call.exitCode(), errors);
            }
        });
    }

    /** A process for each call. */
    static Way process(String name, int calls, List<String> command) {
        return new Way(name, calls, service -> () -> {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .start();
            byte[] said = process.getInputStream().readAllBytes();
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            errors.writeBytes(said);
            expect(name, process.waitFor(), errors);
        });
    }

    private static void expect(String name, int code, OutputStream said) throws IOException {
        if (code != 0) {
            throw new IOException("%s: a call ended with %d: %s".formatted(name, code, said));
        }
    }
}
