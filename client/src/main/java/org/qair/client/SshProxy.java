package org.qair.client;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.qair.channel.CallerChannel;
import org.qair.channel.Cancellation;
import org.qair.channel.RefusedException;
import org.qair.channel.Trigger;
import org.qair.protocol.TriggerService;

/**
 * The service {@code qubesair.SSHProxy} as a program: hands the call that it was started for to {@code qair relay} over a Unix
 * socket, and passes streams and exit code on. Who calls what is in the environment that every agent gives its services. Like
 * {@link Main} it is started once for each call.
 */
public final class SshProxy {
    private static final int FAILED = 125;
    private static final int REFUSED = 126;
    private static final int BROKEN_PIPE = 128 + 13;

    private static volatile boolean signalled;

    private SshProxy() {}

    /**
     * Makes the call and exits with its exit code.
     *
     * @param words the socket of the relay; what an agent adds, the argument, is in the environment too
     */
    public static void main(String[] words) {
        int code = run(words);
        if (signalled) {
            System.exit(code); // waits: the signal has its own exit code
        }
        Runtime.getRuntime().halt(code); // the JDK's other way out looks for a logger first
    }

    static int run(String... words) {
        String source = System.getenv("QREXEC_REMOTE_DOMAIN");
        String service = System.getenv("QREXEC_SERVICE_FULL_NAME");
        if (words.length == 0 || source == null || service == null) {
            return fail("a service, to be started by a qrexec agent, after `qair relay install`");
        }
        try {
            return call(Path.of(words[0]), TriggerService.inBand(source, "", service));
        } catch (RefusedException refused) {
            System.err.println("Request refused");
            return REFUSED;
        } catch (IllegalArgumentException | IOException failure) {
            return fail(failure.getMessage() + " (does `qair relay` run in this qube?)");
        }
    }

    private static int fail(String message) {
        System.err.println("qubesair.SSHProxy: " + message);
        return FAILED;
    }

    private static int call(Path socket, TriggerService request) throws IOException {
        Cancellation cancellation = new Cancellation();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(cancellation)));
        OutputStream errors = new FileOutputStream(FileDescriptor.err);
        IOException other = new IOException("`" + socket + "` is no socket of a relay");
        // not closed: the process ends now, and the kernel closes it for less (docs/decisions/0070-*)
        CallerChannel call = Trigger.callInBand(socket, request, errors, cancellation, other);
        InputStream input = new FileInputStream(FileDescriptor.in);
        Thread.ofPlatform().daemon().name("send").start(() -> send(input, call.stdin()));
        return receive(call.stdout(), new FileOutputStream(FileDescriptor.out)) ? call.exitCode() : BROKEN_PIPE;
    }

    private static void cancel(Cancellation cancellation) {
        signalled = true;
        try {
            cancellation.close();
        } catch (IOException broken) {
            // then it is closed by the end of the process
        }
    }

    private static void send(InputStream from, OutputStream to) {
        try (to) {
            new Copy(from, to).run();
        } catch (IOException ended) {
            // input that cannot be read has ended; a broken channel shows where it is received from
        }
    }

    /** Copies the output to its end; false when nobody takes it any more. */
    private static boolean receive(InputStream from, OutputStream to) throws IOException {
        try {
            new Copy(from, to).run();
        } catch (Copy.ClosedException nobodyReads) {
            return false;
        }
        to.close();
        return true;
    }
}
