package org.qair.registry.qubesdb;

/** What a path in QubesDB may be. */
final class Paths {
    /** The longest path, in bytes. */
    static final int MAX_LENGTH = 63;

    private Paths() {}

    /** `/`, then at most 62 of `A-Z a-z 0-9 _ / . : @ -`. */
    static boolean isValid(String path) {
        return path.startsWith("/")
                && path.length() <= MAX_LENGTH
                && path.chars().allMatch(Paths::isAllowed);
    }

    /** Whether an entry may have this path: it does not end like a directory. */
    static boolean isEntry(String path) {
        return isValid(path) && !path.endsWith("/");
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_/.:@-".indexOf(c) >= 0;
    }
}
