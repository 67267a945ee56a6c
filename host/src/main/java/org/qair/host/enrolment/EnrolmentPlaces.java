package org.qair.host.enrolment;

import java.nio.file.Path;
import java.util.Locale;
import org.qair.policy.QubeName;

/**
 * Where enrolment finds and leaves files of one host.
 *
 * @param root what all others are under
 * @param invitations a file for each that is open
 * @param enrolments a file for each, which says what it made
 */
public record EnrolmentPlaces(
        Path root, Path invitations, Path enrolments, Path settings, Path peers, Path relays, Path policy) {
    Path peer(QubeName name) {
        return peers.resolve(name + ".toml");
    }

    Path relay(QubeName name) {
        return relays.resolve(name + ".toml");
    }

    Path enrolment(QubeName name) {
        return enrolments.resolve(name + ".json");
    }

    /** The policy file of an enrolment. Names of policy files have no capitals. */
    public Path policy(QubeName name) {
        return policy.resolve("30-qair-" + name.value().toLowerCase(Locale.ROOT) + ".policy");
    }
}
