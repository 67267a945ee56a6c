package org.qair.client;

import java.io.PrintStream;

/** The help text of {@code qrexec-client-vm}. */
final class Usage {
    private static final String TEXT = """
            usage: qrexec-client-vm [OPTIONS] [--] TARGET SERVICE[+ARG] [LOCAL_PROGRAM [ARGS]]
            for example: echo hello | qrexec-client-vm work my.Service+my_argument
              -s, --source-qube=NAME               speak for another qube, as its relay
              -p, --prefix-data=DATA               send this before standard input
              -t, --filter-escape-chars-stdout     make control characters harmless (default on a terminal)
              -T, --filter-escape-chars-stderr     the same on standard error
                  --no-filter-escape-chars-stdout  leave them (--no-filter-escape-chars-stderr: too)
              -a, --agent-socket=PATH              instead of /var/run/qubes/qrexec-agent
                  --use-stdin-socket               standard input is a socket: send output there too
                  --buffer-size=N                  accepted; a socket needs none
              -h, --help
            exit code: the service's; 125 lost, 126 refused, 127 no such service, 2 wrong usage
            """;

    private Usage() {}

    static void print(PrintStream to) {
        to.print(TEXT);
        to.flush();
    }
}
