package org.qair.client;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.qair.channel.Cancellation;
import org.qair.channel.RefusedException;

/**
 * The program {@code qrexec-client-vm}. Nothing on its way from the command line to the call loads what it does not need: it is
 * started once for each call.
 */
public final class Main {
    private static final int USAGE = 2;
    private static final int FAILED = 125;
    private static final int REFUSED = 126;
    private static final int BROKEN_PIPE = 128 + 13;

    private static volatile boolean signalled;

    private final Options options;
    private final Cancellation cancellation = new Cancellation();

    private Main(Options options) {
        this.options = options;
    }

    /** Makes the call and exits with its exit code. */
    public static void main(String[] words) {
        int code = run(words);
        if (signalled) {
            System.exit(code); // waits: the signal has its own exit code
        }
        Runtime.getRuntime().halt(code); // the JDK's other way out looks for a logger first
    }

    static int run(String... words) {
        try {
            Options options = Options.parse(ByteArguments.of(words));
            if (options.help) {
                Usage.print(System.out);
                return 0;
            }
            return new Main(options).call();
        } catch (UsageException refused) {
            System.err.println("qrexec-client-vm: " + refused.getMessage());
            Usage.print(System.err);
            return USAGE;
        } catch (RefusedException refused) {
            System.err.println("Request refused");
            return REFUSED;
        } catch (IllegalArgumentException tooLong) {
            return fail(tooLong.getMessage());
        } catch (AccessDeniedException denied) {
            return fail("permission denied: `" + denied.getFile() + "` is another user's");
        } catch (NoSuchFileException missing) {
            return fail("there is no `" + missing.getFile() + "`: is the agent or the host running?");
        } catch (IOException | InterruptedException failure) {
            return fail(failure.getMessage());
        }
    }

    private static int fail(@Nullable String message) {
        System.err.println("qrexec-client-vm: " + message);
        return FAILED;
    }

    private int call() throws IOException, UsageException, InterruptedException {
        OutputStream stdout = options.useStdinSocket ? StdinSocket.open() : new FileOutputStream(FileDescriptor.out);
        Runtime.getRuntime().addShutdownHook(new Thread(this::cancel));
        QrexecClient client = (options.agentSocket.isEmpty()
                        ? QrexecClient.system()
                        : QrexecClient.at(Path.of(options.agentSocket)))
                .withSource(options.source)
                .withErrors(filtered(new FileOutputStream(FileDescriptor.err), options.filterStderr, '2'));
        // not closed: the process ends now, and the kernel closes it for less (docs/decisions/0070-*)
        QrexecCall call = client.call(options.target, options.service, cancellation);
        return options.localProgram.isEmpty()
                ? connect(call, new FileInputStream(FileDescriptor.in), filtered(stdout, options.filterStdout, '1'))
                : connect(call, LocalProgram.start(options.localProgram));
    }

    /** A signal ends the call, and takes away the socket that waits for its data channel. */
    private void cancel() {
        signalled = true;
        try {
            cancellation.close();
        } catch (IOException broken) {
            // then it is closed by the end of the process
        }
    }

    /** The launcher has looked which of our descriptors are terminals. */
    private static OutputStream filtered(OutputStream to, Options.Filter filter, char descriptor) {
        boolean terminal = System.getProperty("qair.terminals", "").indexOf(descriptor) >= 0;
        return filter == Options.Filter.ON || (filter == Options.Filter.BY_TERMINAL && terminal)
                ? new EscapeFilter(to)
                : to;
    }

    private int connect(QrexecCall call, InputStream input, OutputStream output) throws IOException {
        send(call, input);
        if (!receive(call, output)) {
            return BROKEN_PIPE; // as a program that writes to a closed pipe; the service ends with the call
        }
        return call.exitCode();
    }

    private int connect(QrexecCall call, LocalProgram program) throws IOException, InterruptedException {
        send(call, program.output());
        receive(call, options.filterStdout == Options.Filter.ON ? new EscapeFilter(program.input()) : program.input());
        int remote = call.exitCode();
        program.output().close(); // what it still writes goes nowhere, and must not keep it
        int local = program.exitCode();
        return remote != 0 ? remote : local;
    }

    /** Copies the service's output to its end; false when nobody takes it any more. */
    private static boolean receive(QrexecCall call, OutputStream to) throws IOException {
        try {
            new Copy(call.stdout(), to).run();
        } catch (Copy.ClosedException nobodyReads) {
            return false;
        }
        to.close();
        return true;
    }

    private void send(QrexecCall call, InputStream from) {
        Thread.ofPlatform().daemon().name("send").start(() -> {
            try (OutputStream stdin = call.stdin()) {
                stdin.write(options.prefixData.getBytes(StandardCharsets.ISO_8859_1));
                new Copy(from, stdin).run();
            } catch (IOException ended) {
                // input that cannot be read has ended; a broken channel shows where it is received from
            }
        });
    }
}
