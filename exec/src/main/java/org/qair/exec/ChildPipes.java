package org.qair.exec;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** The three pipes of a process that is started with them. For one thread, but for what is read and written. */
final class ChildPipes implements Closeable {
    private final ChildPipe stdin;
    private final ChildPipe stdout;
    private final ChildPipe stderr;

    private ChildPipes(ChildPipe stdin, ChildPipe stdout, ChildPipe stderr) {
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Makes all three or none. */
    static ChildPipes open() throws IOException {
        ChildPipe stdin = ChildPipe.toChild();
        try {
            ChildPipe stdout = ChildPipe.fromChild();
            try {
                return new ChildPipes(stdin, stdout, ChildPipe.fromChild());
            } catch (IOException | RuntimeException failure) {
                stdout.close();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            stdin.close();
            throw failure;
        }
    }

    /** Starts a process that has their other ends. */
    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectInput(Redirect.from(stdin.theirs()))
                .redirectOutput(Redirect.to(stdout.theirs()))
                .redirectError(Redirect.to(stderr.theirs()))
                .start();
        stdin.letGo();
        stdout.letGo();
        stderr.letGo();
        return process;
    }

    ChildPipe stdin() {
        return stdin;
    }

    ChildPipe stdout() {
        return stdout;
    }

    ChildPipe stderr() {
        return stderr;
    }

    /** Ends all three, and whoever waits for what comes by them. */
    @Override
    public void close() throws IOException {
        try (stdin;
                stdout;
                stderr) {
            // all of them, whichever fails
        }
    }
}
