package org.qair.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.qair.cli.Machine.Finished;
import picocli.CommandLine;

/** A command line within the test's own process. */
public final class InProcess {
    private InProcess() {}

    /** Runs it, and keeps what it prints by its own writers. */
    public static Finished run(CommandLine command, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new Finished(code, out.toString(), err.toString());
    }

    /** The same for one that was not made by {@link Main}: a failure is its message and exit code 1. */
    public static Finished runAlone(CommandLine command, String... words) {
        return run(
                command.setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                }),
                words);
    }
}
