package org.qair.cli;

import java.io.PrintWriter;

/** How a command says that it failed: in one line, or with all there is to know where {@code QAIR_TRACE} is set. */
final class FailureReport {
    private FailureReport() {}

    static void print(Exception failure, PrintWriter err) {
        if (System.getenv("QAIR_TRACE") != null && !(failure instanceof CommandFailure)) {
            failure.printStackTrace(err);
        } else {
            String message = failure.getMessage();
            err.println("qair: " + (message == null ? failure.toString() : message));
        }
    }
}
