package org.qair.protocol;

/** What a path in QubesDB may be. */
public final class QubesDbPaths {
    /** The longest path, in bytes. */
    public static final int MAX_LENGTH = 63;

    private QubesDbPaths() {}

    /** `/`, then at most 62 of `A-Z a-z 0-9 _ / . : @ -`. */
    public static boolean isValid(String path) {
        if (!path.startsWith("/") || path.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 1; i < path.length(); i++) {
            if (!isAllowed(path.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether an entry may have this path: it does not end like a directory. */
    public static boolean isEntry(String path) {
        return isValid(path) && !path.endsWith("/");
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_/.:@-".indexOf(c) >= 0;
    }
}
