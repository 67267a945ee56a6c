package org.qair.proof;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.qair.call.CallId;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/** What the tests of this room share. */
final class Samples {
    static final Instant NOON = Instant.parse("2026-06-01T12:00:00.123Z");
    static final CallId CALL = new CallId("00112233445566778899aabbccddeeff");
    static final QubeName TARGET = new QubeName("Remote-Qube");

    private Samples() {}

    static HostSigner signer() {
        try {
            return new HostSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    static Subject subject(String source, String target, String service) {
        return new Subject(new QubeName(source), RequestedTarget.parse(target), ServiceName.parse(service));
    }

    static Subject subject() {
        return subject("Local-Qube", "work", "my_service+my_arg");
    }

    static SignedStatement state(HostSigner signer, Subject subject) {
        return state(signer, subject, NOON, Optional.empty());
    }

    static SignedStatement state(HostSigner signer, Subject subject, Instant time, Optional<StreamKey> offer) {
        return new Issuer(signer, at(time)).state(CALL, subject, TARGET, offer);
    }
}
