package org.qair.host.enrolment;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/**
 * What a host has promised to whoever has the secret.
 *
 * @param key the public key of the secret
 * @param relay the qube of this host that the joining machine's relay will be
 * @param target the qube of this host that it may call
 * @param sources what the joining machine's qubes are called, which become RemoteVMs behind the relay
 * @param services what they are to be allowed to call
 * @param policy whether the lines that allow it are to be added here
 * @param tries how often it was used in vain
 */
public record Invitation(
        PublicKey key,
        QubeName relay,
        QubeName target,
        List<QubeName> sources,
        List<ServiceName> services,
        boolean policy,
        Instant expires,
        int tries) {
    /** The most sources, and the most services. */
    public static final int MAX_NAMES = 64;

    /** After so many enrolments that were begun and not ended it is void. */
    static final int MAX_TRIES = 5;

    public Invitation {
        sources = List.copyOf(sources);
        services = List.copyOf(services);
        if (sources.size() > MAX_NAMES || services.size() > MAX_NAMES) {
            throw new IllegalArgumentException(
                    "an invitation has at most %d sources and services".formatted(MAX_NAMES));
        }
    }

    boolean isOpen(Instant now) {
        return now.isBefore(expires) && tries < MAX_TRIES;
    }

    Invitation afterATry() {
        return new Invitation(key, relay, target, sources, services, policy, expires, tries + 1);
    }
}
