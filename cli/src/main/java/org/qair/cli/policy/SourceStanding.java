package org.qair.cli.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.ProofDemand;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands behind a source that a relay speaks for, and what comes of that before policy is asked.
 *
 * @param relay the one that brings the call
 * @param claimed the source that it names
 * @param judged the RemoteVM that the call is judged as from: another one when nobody here knows {@code claimed}
 * @param demand what the host demands of calls from it; empty where that is not known
 * @param signed whether its host has signed the call
 */
record SourceStanding(QubeName relay, QubeName claimed, QubeName judged, Optional<ProofDemand> demand, boolean signed) {
    private static final String VERIFIED = "verified";

    /** @param host empty when the qubes are those of a file, which does not say what is demanded */
    static SourceStanding of(
            Optional<PolicySource> host, SystemInfo system, QubeName relay, QubeName claimed, boolean signed) {
        QubeName judged = host.filter(asked -> system.find(claimed).isEmpty())
                .flatMap(asked -> asked.unknownSource(relay))
                .orElse(claimed);
        return new SourceStanding(relay, claimed, judged, host.flatMap(asked -> asked.demand(judged)), signed);
    }

    private boolean isVerified() {
        return signed && demand.filter(ProofDemand::looks).isPresent();
    }

    /** {@code verified} or {@code relay}, as audit, prompts and services have it; empty where it is not known. */
    Optional<String> word() {
        return demand.map(asked -> isVerified() ? VERIFIED : "relay");
    }

    /** Why the call is refused whatever policy says. */
    Optional<String> objection() {
        return demand.flatMap(asked -> asked.objection(isVerified()));
    }

    /** {@code pi1 (via sys-relay, verified)}. */
    String text() {
        return "%s (via %s%s)"
                .formatted(
                        judged,
                        relay,
                        word().map(word -> word.equals(VERIFIED) ? ", verified" : ", on its word")
                                .orElse(""));
    }

    /** What is to be known besides; a line each. */
    String notes() {
        String stranger = claimed.equals(judged)
                ? ""
                : "nobody here knows `%s`: calls from it are judged as those of `%s` (unknown_source of `%s`)%n"
                        .formatted(claimed, judged, relay);
        return stranger
                + demand.map(asked -> "%s: %s%n".formatted(judged, asked.text()))
                        .orElse("");
    }

    ObjectNode json() {
        ObjectNode json = DecisionJson.JSON.createObjectNode();
        json.put("source", judged.value());
        json.put("claimed_source", claimed.equals(judged) ? null : claimed.value());
        json.put("source_proof", word().orElse(null));
        json.put("proof", demand.map(ProofDemand::proof).orElse(null));
        json.put(
                "protect",
                demand.map(asked -> asked.isProtected() ? "required" : "off").orElse(null));
        json.put("refused", objection().orElse(null));
        return json;
    }

    /** What {@code --proof} takes. */
    static boolean isSigned(@Nullable String word) {
        return VERIFIED.equals(word);
    }
}
