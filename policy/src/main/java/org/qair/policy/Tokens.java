package org.qair.policy;

/**
 * The numbers of some tokens of a policy. {@code filter} has the {@linkplain #bit bit} of each: where two filters have no bit
 * in common, neither have the tokens, and one comparison says so.
 */
@SuppressWarnings("ArrayRecordComponent") // never shared outside the package, never changed
record Tokens(int[] numbers, long filter) {
    static final Tokens NONE = of();

    static Tokens of(int... numbers) {
        long filter = 0;
        for (int number : numbers) {
            filter |= bit(number);
        }
        return new Tokens(numbers, filter);
    }

    /** One of 64, which a token shares with one in 64 others. */
    static long bit(int token) {
        return 1L << token; // only the lower six bits of the number count
    }

    boolean contains(int token) {
        for (int one : numbers) {
            if (one == token) {
                return true;
            }
        }
        return false;
    }
}
