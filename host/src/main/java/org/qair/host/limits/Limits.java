package org.qair.host.limits;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/** The limits of a host, and the counts of calls that they need. Safe for use by many threads. */
public final class Limits {
    /** None. */
    public static final Limits NONE = new Limits(List.of(), Clock.systemUTC());

    private final List<Counted> limits;
    private final Function<QubeName, Optional<Limit>> ofRelays;

    public Limits(List<Limit> limits, Clock clock) {
        this(limits, clock, relay -> Optional.empty());
    }

    /** @param ofRelays what else holds for the calls that a qube brings because it is a relay; nothing is counted in it */
    public Limits(List<Limit> limits, Clock clock, Function<QubeName, Optional<Limit>> ofRelays) {
        this.ofRelays = ofRelays;
        this.limits = limits.stream()
                .map(limit -> new Counted(limit, new CallRates(limit, clock)))
                .toList();
    }

    private record Counted(Limit limit, CallRates rates) {}

    /**
     * Counts a call in, under every limit that is for it.
     *
     * @param source the qube that policy judged it as from
     * @param request with the target that it goes to
     * @throws OverLimitException when it is one too many; then it is counted nowhere
     */
    public Allotment admit(SystemInfo system, QubeName source, Request request) throws OverLimitException {
        List<Limit> held = new ArrayList<>();
        List<Runnable> release = new ArrayList<>();
        for (Counted one : limits) {
            if (!one.limit().calls().matches(system, request)) {
                continue;
            }
            Optional<String> over = one.rates().begin(source);
            if (over.isPresent()) {
                release.forEach(Runnable::run);
                throw new OverLimitException(over.get());
            }
            release.add(() -> one.rates().end(source));
            held.add(one.limit());
        }
        ofRelays.apply(request.caller()).ifPresent(held::add);
        return new Allotment(held, release);
    }
}
