package org.qair.proof;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.qair.call.CallId;
import org.qair.policy.QubeName;

/** Signs the statements of one host's calls. Safe for use by many threads. */
public final class Issuer {
    private final HostSigner signer;
    private final Clock clock;

    public Issuer(HostSigner signer, Clock clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /**
     * States that {@code subject} is a call of this host.
     *
     * @param target the RemoteVM's name here
     * @param offer this side's half of the stream's keys when the stream is to be protected
     */
    public SignedStatement state(CallId call, Subject subject, QubeName target, Optional<StreamKey> offer) {
        Statement statement = new Statement(
                signer.key(),
                call,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                Nonce.random(),
                subject.source().value(),
                target.value(),
                subject.target().toString(),
                subject.serviceDigest(),
                offer);
        return SignedStatement.sign(statement, signer);
    }
}
