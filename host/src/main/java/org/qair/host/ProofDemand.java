package org.qair.host;

import java.io.IOException;
import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;

/**
 * What is demanded of calls from a RemoteVM before policy is asked.
 *
 * @param proof {@code required}, {@code preferred} or {@code off}
 * @param pinned whether a key is known that its host signs with
 * @param isProtected whether relays must not see the bytes of its calls
 */
public record ProofDemand(QubeName source, String proof, boolean pinned, boolean isProtected) {
    static final String REQUIRED = "required";
    private static final String OFF = "off";

    static ProofDemand of(QubeRecord remote) {
        return new ProofDemand(remote.name(), remote.proof(), !remote.hostKeys().isEmpty(), remote.isProtected());
    }

    /** As the host of this machine has it, running or not. */
    public static ProofDemand of(AdminAccess admin, QubeName remote) throws IOException, AdminRefusedException {
        return new ProofDemand(
                remote,
                admin.property(remote, "proof"),
                !admin.property(remote, "host_key").isEmpty(),
                admin.property(remote, "protect").equals(REQUIRED));
    }

    /** Whether a statement that comes with a call is looked at. */
    public boolean looks() {
        return pinned && !proof.equals(OFF);
    }

    /**
     * Why a call is refused whatever policy says; empty when policy is to decide.
     *
     * @param verified whether a statement of its host came with it, was looked at and is true
     */
    public Optional<String> objection(boolean verified) {
        if (verified || !proof.equals(REQUIRED)) {
            return Optional.empty();
        }
        String missing = pinned ? "no statement of its host came with this one" : "no host_key is set for it";
        return Optional.of("calls from `%s` must be proven (proof=required), and %s".formatted(source, missing));
    }

    /** What it comes to, in words. */
    public String text() {
        String sealed = isProtected ? "; its bytes must be sealed (protect=required)" : "";
        if (proof.equals(OFF)) {
            return "proof=off: its relay is believed" + sealed;
        }
        if (!pinned) {
            return "proof=%s, and no host_key is set: %s"
                            .formatted(
                                    proof, proof.equals(REQUIRED) ? "every call is refused" : "its relay is believed")
                    + sealed;
        }
        return "proof=%s: a statement of its host is checked, without one %s"
                        .formatted(proof, proof.equals(REQUIRED) ? "the call is refused" : "its relay is believed")
                + sealed;
    }
}
