package org.qair.cli.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;

/** A call to a far host that runs while this talks to it. Closing it cuts the call off. */
final class FarCall implements AutoCloseable {
    private final Pipe.SourceChannel answers;
    private final Pipe.SinkChannel words;
    private final Thread running;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();

    private FarCall(Pipe.SourceChannel answers, Pipe.SinkChannel words, Thread running) {
        this.answers = answers;
        this.words = words;
        this.running = running;
    }

    /** @param source who the call is from; absent for the relay itself */
    static FarCall begin(DirectConnection connection, Optional<QubeName> source, String target, ServiceName service)
            throws IOException {
        Pipe toFar = Pipe.open();
        Pipe fromFar = Pipe.open();
        Streams streams = new PlainStreams(
                Channels.newInputStream(toFar.source()),
                Channels.newOutputStream(fromFar.sink()),
                OutputStream.nullOutputStream());
        CompletableFuture<FarCall> itself = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("far-call").unstarted(() -> {
            FarCall call = itself.join();
            try (InputStream _ = streams.stdin();
                    OutputStream _ = streams.stdout()) {
                call.code.complete(connection.call(source, target, service, streams));
            } catch (CallException | InterruptedException | IOException | RuntimeException failed) {
                call.code.completeExceptionally(failed);
            }
        });
        FarCall begun = new FarCall(fromFar.source(), toFar.sink(), thread);
        itself.complete(begun);
        thread.start();
        return begun;
    }

    /** What the far service says. */
    InputStream answers() {
        return Channels.newInputStream(answers);
    }

    /** What it is told; closing it says that this was all. */
    OutputStream words() {
        return Channels.newOutputStream(words);
    }

    /**
     * Waits for the end.
     *
     * @throws IOException when the call did not come to an exit code
     */
    int exitCode() throws IOException {
        try {
            return code.join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause();
            throw new IOException(cause == null ? failed.getMessage() : cause.getMessage(), failed);
        }
    }

    @Override
    public void close() throws IOException {
        running.interrupt();
        words.close();
        answers.close();
    }
}
