package org.qair.proof;

import java.time.Instant;
import java.util.Optional;
import org.qair.call.CallId;

/**
 * What a host says of one call that it sends to a RemoteVM: who calls what, when, and what the call is known by. It says
 * nothing of payload. As bytes it has at most {@value StatementCodec#MAX_BODY} ({@link StatementCodec}).
 *
 * @param issuer the key of the host that says so
 * @param call what the call is known by on all hosts
 * @param time when it was said, to the millisecond
 * @param nonce what makes it unlike any other
 * @param source the calling qube
 * @param target the RemoteVM's name on the issuing host, for logs
 * @param remoteTarget the target as it is asked of the far host
 * @param serviceDigest SHA-256 of service and argument, in hexadecimal
 * @param offer the caller's half of the keys of a protected stream, when the stream is one
 */
public record Statement(
        HostKey issuer,
        CallId call,
        Instant time,
        Nonce nonce,
        String source,
        String target,
        String remoteTarget,
        String serviceDigest,
        Optional<StreamKey> offer) {

    /** What is wrong with it as a statement about {@code subject}, for a log; empty when nothing is. */
    Optional<String> mismatch(Subject subject) {
        if (!source.equals(subject.source().value())) {
            return Optional.of("its source is `%s`, the relay named `%s`".formatted(source, subject.source()));
        }
        if (!remoteTarget.equals(subject.target().toString())) {
            return Optional.of(
                    "its target is `%s`, the relay asked for `%s`".formatted(remoteTarget, subject.target()));
        }
        if (!serviceDigest.equals(subject.serviceDigest())) {
            return Optional.of("it is about another service or argument than the relay asked for");
        }
        return Optional.empty();
    }
}
