package org.qair.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import org.qair.host.HostLayout;
import org.qair.host.HostRequest;

/** A command that the host's owner typed for the shell of this machine, whose input and output a call is connected to. */
final class LocalCommand {
    private final Process process;

    private LocalCommand(Process process) {
        this.process = process;
    }

    /** @param target as {@code QREXEC_REMOTE_DOMAIN} of the command, which is all that it is told */
    static LocalCommand start(String line, String target) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", line).redirectError(Redirect.INHERIT);
        builder.environment().put("QREXEC_REMOTE_DOMAIN", target);
        return new LocalCommand(builder.start());
    }

    /** Makes the call, waits for both, and returns the exit code of the call. */
    int run(HostLayout layout, HostRequest request, OutputStream errors, PrintWriter complaints)
            throws IOException, InterruptedException {
        try {
            return new OwnCall(process.getInputStream(), process.getOutputStream(), errors)
                    .run(layout, request, complaints);
        } finally {
            process.getOutputStream().close();
            process.getInputStream().close(); // whoever still writes learns that nobody reads
            process.waitFor();
        }
    }
}
