package org.qair.cli;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.audit.AuditFilter;
import picocli.CommandLine.Option;

/** The options that say which calls of an audit are wanted. */
final class AuditFilterOptions {
    @Option(names = "--source", paramLabel = "QUBE", description = "Calls from that qube, as policy judged them.")
    private @Nullable String source;

    @Option(names = "--target", paramLabel = "QUBE", description = "Calls to that qube, or refused on the way to it.")
    private @Nullable String target;

    @Option(names = "--service", paramLabel = "SERVICE", description = "Calls of that service, with any argument.")
    private @Nullable String service;

    @Option(names = "--decision", paramLabel = "allow|ask|deny", description = "Calls that policy answered so.")
    private @Nullable Decision decision;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = PointInTime.class,
            description = "Calls from then on: 2026-11-24T09:00, 2026-11-24, or how long ago: 90s, 15m, 2h, 7d.")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = PointInTime.class,
            description = "Calls from before then.")
    private @Nullable Instant until;

    @Option(names = "--call", paramLabel = "ID", description = "The call whose id begins so.")
    private @Nullable String call;

    /** What policy may have said. */
    enum Decision {
        allow,
        ask,
        deny
    }

    AuditFilter filter() {
        return new AuditFilter(
                Optional.ofNullable(source),
                Optional.ofNullable(target),
                Optional.ofNullable(service),
                Optional.ofNullable(decision).map(Decision::name),
                Optional.ofNullable(since),
                Optional.ofNullable(until),
                Optional.ofNullable(call));
    }
}
