package org.qair.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.qair.call.ExitCodes;
import org.qair.channel.CallerChannel;
import org.qair.host.HostConnection;
import org.qair.host.HostLayout;
import org.qair.host.HostRequest;
import org.qair.protocol.Limits;

/** A call of the host's owner: what it reads, and where its output goes. */
record OwnCall(InputStream input, OutputStream output, OutputStream errors) {
    private static final int BROKEN_PIPE = ExitCodes.SIGNAL_BASE + 13;

    /** Asks the host, copies until it ends, and returns the exit code; what keeps it from being asked is a complaint. */
    int run(HostLayout layout, HostRequest request, PrintWriter complaints) {
        try (CallerChannel call = HostConnection.ask(layout, request, errors)) {
            Thread.ofPlatform().daemon().name("send").start(() -> send(call));
            if (!receive(call)) {
                return BROKEN_PIPE; // as a program that writes to a closed pipe; the service ends with the call
            }
            return call.exitCode();
        } catch (IOException failure) {
            complaints.println("qair: " + failure.getMessage());
            complaints.flush();
            return ExitCodes.FAILED;
        }
    }

    private void send(CallerChannel call) {
        byte[] buffer = new byte[Limits.CHUNK];
        try (input;
                OutputStream to = call.stdin()) {
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                to.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // input that cannot be read has ended; a broken channel shows where it is received from
        }
    }

    /** Copies the output to its end; false when nobody takes it any more. */
    private boolean receive(CallerChannel call) throws IOException {
        byte[] buffer = new byte[Limits.CHUNK];
        InputStream from = call.stdout();
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            try {
                output.write(buffer, 0, read);
            } catch (IOException nobodyReads) {
                return false;
            }
        }
        output.close();
        return true;
    }
}
