package org.qair.relay.openssh;

/** A list of host patterns as in ssh_config and known_hosts: commas, {@code *}, {@code ?}, and {@code !} to exclude. */
final class HostPatterns {
    private HostPatterns() {}

    /** Whether a pattern matches and none that begins with {@code !} does. */
    static boolean match(String patterns, String name) {
        boolean matched = false;
        for (String pattern : patterns.split(",", -1)) {
            if (pattern.startsWith("!")) {
                if (matchOne(pattern.substring(1), name)) {
                    return false;
                }
            } else {
                matched |= matchOne(pattern, name);
            }
        }
        return matched;
    }

    /** Linear in both lengths: the last star alone is tried again. */
    private static boolean matchOne(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int retry = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = n;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
