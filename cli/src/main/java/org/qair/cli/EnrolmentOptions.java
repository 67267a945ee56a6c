package org.qair.cli;

import picocli.CommandLine.Option;

/** What both ends of an enrolment can be told. */
final class EnrolmentOptions {
    @Option(names = "--yes", description = "Agree to the rules without being asked.")
    private boolean yes;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    boolean yes() {
        return yes;
    }

    boolean json() {
        return json;
    }
}
