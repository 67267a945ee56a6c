package org.qair.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.qair.call.ExitCodes;
import org.qair.channel.CallerChannel;
import org.qair.client.EscapeFilter;
import org.qair.host.HostConnection;
import org.qair.host.HostLayout;
import org.qair.host.HostRequest;
import org.qair.protocol.Limits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A call whose streams and exit code are this process's. */
final class CallStreams {
    private static final int BROKEN_PIPE = ExitCodes.SIGNAL_BASE + 13;

    @Option(
            names = "--no-filter-escape-chars",
            description =
                    "Lets control characters reach a terminal as they are. A qube could make it show and do what it likes.")
    private boolean unfiltered;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Asks the host, copies until it ends, and returns the exit code. */
    int run(HostLayout layout, HostRequest request) {
        OutputStream errors = filtered(new FileOutputStream(FileDescriptor.err), '2');
        try (CallerChannel call = HostConnection.ask(layout, request, errors)) {
            Thread.ofPlatform().daemon().name("send").start(() -> send(call));
            if (!receive(call, filtered(new FileOutputStream(FileDescriptor.out), '1'))) {
                return BROKEN_PIPE; // as a program that writes to a closed pipe; the service ends with the call
            }
            return call.exitCode();
        } catch (IOException failure) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("qair: " + failure.getMessage());
            err.flush();
            return ExitCodes.FAILED;
        }
    }

    /** The launcher has looked which of our descriptors are terminals. */
    private OutputStream filtered(OutputStream to, char descriptor) {
        boolean terminal = System.getProperty("qair.terminals", "").indexOf(descriptor) >= 0;
        return terminal && !unfiltered ? new EscapeFilter(to) : to;
    }

    private static void send(CallerChannel call) {
        byte[] buffer = new byte[Limits.CHUNK];
        try (InputStream from = new FileInputStream(FileDescriptor.in);
                OutputStream to = call.stdin()) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // input that cannot be read has ended; a broken channel shows where it is received from
        }
    }

    /** Copies the output to its end; false when nobody takes it any more. */
    private static boolean receive(CallerChannel call, OutputStream to) throws IOException {
        byte[] buffer = new byte[Limits.CHUNK];
        InputStream from = call.stdout();
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            try {
                to.write(buffer, 0, read);
            } catch (IOException nobodyReads) {
                return false;
            }
        }
        to.close();
        return true;
    }
}
