package org.qair.cli.policy;

import org.qair.host.policyrpc.PolicySection;

/**
 * A policy file as people name it: {@code 30-user}, {@code 30-user.policy} or {@code include/NAME}.
 *
 * @param name as the calls have it, not checked
 */
record PolicyFileName(PolicySection section, String name) {
    private static final String INCLUDE = "include/";

    static PolicyFileName of(String text) {
        if (text.startsWith(INCLUDE)) {
            return new PolicyFileName(PolicySection.INCLUDE, text.substring(INCLUDE.length()));
        }
        String suffix = PolicySection.POLICY.suffix();
        return new PolicyFileName(
                PolicySection.POLICY,
                text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text);
    }

    /** The service that does that with such a file. */
    String service(String verb) {
        return section.prefix() + verb;
    }

    @Override
    public String toString() {
        return section == PolicySection.INCLUDE ? INCLUDE + name : name;
    }
}
