package org.qair.host.daemon;

import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/** One policy that judges, whatever is loaded after it; safe for use by many threads. */
public interface Judge {
    /** Judges a request. */
    Decision decide(SystemInfo system, Request request);

    /** Judges a request for which {@code chosen} was picked among the targets of {@code ask}. */
    Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen);
}
