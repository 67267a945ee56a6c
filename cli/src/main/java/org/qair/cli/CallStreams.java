package org.qair.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import org.qair.client.EscapeFilter;
import org.qair.host.HostLayout;
import org.qair.host.HostRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A call whose streams and exit code are this process's. */
final class CallStreams {
    @Option(
            names = "--no-filter-escape-chars",
            description =
                    "Lets control characters reach a terminal as they are. A qube could make it show and do what it likes.")
    private boolean unfiltered;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Asks the host, copies until it ends, and returns the exit code. */
    int run(HostLayout layout, HostRequest request) {
        return new OwnCall(
                        new FileInputStream(FileDescriptor.in),
                        filtered(new FileOutputStream(FileDescriptor.out), '1'),
                        filtered(new FileOutputStream(FileDescriptor.err), '2'))
                .run(layout, request, spec.commandLine().getErr());
    }

    /** The launcher has looked which of our descriptors are terminals. */
    private OutputStream filtered(OutputStream to, char descriptor) {
        boolean terminal = System.getProperty("qair.terminals", "").indexOf(descriptor) >= 0;
        return terminal && !unfiltered ? new EscapeFilter(to) : to;
    }
}
