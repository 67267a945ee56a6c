package org.qair.proof;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/**
 * Checks statements for one far host: signature, issuer, binding, freshness, and that each comes once. Since what was seen is kept
 * in memory, a statement from before this check was made is refused too: it might have been used before a restart. Safe for use
 * by many threads.
 */
public final class ProofCheck {
    /** How far the clocks of two hosts may be apart, and how long a statement may travel, together. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(1);

    private final Clock clock;
    private final Duration window;
    private final Instant born;
    private final ReplayGuard replays;

    public ProofCheck(Clock clock, Duration window) {
        this(clock, window, new ReplayGuard());
    }

    ProofCheck(Clock clock, Duration window, ReplayGuard replays) {
        this.clock = clock;
        this.window = window;
        this.born = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        this.replays = replays;
    }

    /**
     * Checks a statement that came beside a call. One that is found true is used up: a second check of it is refused.
     *
     * @param pinned the keys that the source's host may sign with, more than one while it changes its key
     * @param subject the call as the relay asked for it
     */
    public Verdict check(SignedStatement signed, Collection<HostKey> pinned, Subject subject) {
        Statement statement = signed.statement();
        if (!pinned.contains(statement.issuer())) {
            return rejected("its host's key `%s…` is not pinned for source `%s`"
                    .formatted(statement.issuer(), subject.source()));
        }
        if (!signed.isSignedBy(statement.issuer())) {
            return rejected("its signature is wrong");
        }
        Instant now = clock.instant();
        Optional<String> fault = statement.mismatch(subject).or(() -> stale(statement.time(), now));
        if (fault.isPresent()) {
            return rejected(fault.get());
        }
        return switch (replays.note(
                statement.issuer(), statement.nonce(), now, statement.time().plus(window))) {
            case NEW -> new Verdict.Verified(signed);
            case SEEN -> rejected("it was used before");
            case FULL -> rejected("its host has sent too many within %d s".formatted(window.toSeconds()));
        };
    }

    private Optional<String> stale(Instant time, Instant now) {
        Duration ahead = Duration.between(now, time);
        if (ahead.abs().compareTo(window) > 0) {
            return Optional.of("it is %d s %s, at most %d s are accepted: set both hosts' clocks"
                    .formatted(
                            ahead.abs().toSeconds(),
                            ahead.isNegative() ? "old" : "from the future",
                            window.toSeconds()));
        }
        if (time.isBefore(born)) {
            return Optional.of("it is older than this host's start, so whether it was used before is not known");
        }
        return Optional.empty();
    }

    private static Verdict rejected(String reason) {
        return new Verdict.Rejected("the statement of its source is refused: " + reason);
    }
}
