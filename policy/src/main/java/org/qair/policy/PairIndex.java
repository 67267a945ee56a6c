package org.qair.policy;

import java.util.Arrays;

/** Some rules of a policy by source and target token: for each pair the first rule that has it. */
final class PairIndex {
    static final int NONE = Integer.MAX_VALUE;

    private final int number;
    private final IntTable byPair = new IntTable();
    private int[] rules = {};
    private int size;

    /** @param number tells it from the other indexes of its policy */
    PairIndex(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Adds a rule; rules come in their order. */
    void add(int rule, int source, int target) {
        if (size == rules.length) {
            rules = Arrays.copyOf(rules, Math.max(4, 2 * size));
        }
        rules[size++] = rule;
        byPair.putIfAbsent(pair(source, target), rule);
    }

    /** The numbers of all rules, in their order. */
    int[] rules() {
        return Arrays.copyOf(rules, size);
    }

    /**
     * The first rule before {@code limit} that has this source token and one of the target tokens; else {@code limit}.
     *
     * @param filter target tokens that have no bit in it are passed over
     */
    int first(int source, Tokens target, long filter, int limit) {
        int best = limit;
        for (int token : target.numbers()) {
            if ((filter & Tokens.bit(token)) != 0) {
                best = Math.min(best, byPair.get(pair(source, token), NONE));
            }
        }
        return best;
    }

    private static long pair(int source, int target) {
        return ((long) source << 32) | target;
    }
}
