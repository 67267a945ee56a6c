package org.qair.host.policyrpc;

/** Which files a call is about. */
public enum PolicySection {
    /** {@code policy.d/NAME.policy}. */
    POLICY("policy.", ".policy"),

    /** {@code policy.d/include/NAME}, for {@code !include} and {@code !include-service}. */
    INCLUDE("policy.include.", "");

    private final String prefix;
    private final String suffix;

    PolicySection(String prefix, String suffix) {
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /** What the names of its calls begin with. */
    public String prefix() {
        return prefix;
    }

    /** What names of files end in, and names in calls do not. */
    public String suffix() {
        return suffix;
    }
}
