package org.qair.registry;

import java.util.Map;
import java.util.Optional;
import org.qair.policy.QubeName;

/** What a qube's defaults may depend on beside itself: the other qubes, and the host's own properties. */
record Surroundings(Map<QubeName, QubeRecord> qubes, Map<String, String> global) {
    Optional<String> set(String property) {
        return Optional.ofNullable(global.get(property));
    }

    /** What the template of a qube has set. */
    Optional<String> ofTemplate(QubeRecord qube, String property) {
        return qube.template().map(qubes::get).flatMap(template -> template.set(property));
    }
}
