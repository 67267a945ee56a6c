package org.qair.policy;

import java.util.Arrays;

/**
 * Some rules of a policy by source and target token: for each pair the first rule that has it, and for each source token
 * the first rule, so that most sources are passed over at once.
 */
final class PairIndex {
    static final int NONE = Integer.MAX_VALUE;

    private final int number;
    private final IntTable bySource = new IntTable();
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
    void add(int rule, int sourceToken, int targetToken) {
        if (size == rules.length) {
            rules = Arrays.copyOf(rules, Math.max(4, 2 * size));
        }
        rules[size++] = rule;
        bySource.putIfAbsent(sourceToken, rule);
        byPair.putIfAbsent(pair(sourceToken, targetToken), rule);
    }

    /** The numbers of all rules, in their order. */
    int[] rules() {
        return Arrays.copyOf(rules, size);
    }

    /** The first rule before {@code limit} for which one of the tokens is its source and one its target; else {@code limit}. */
    int first(int[] sourceTokens, int[] targetTokens, int limit) {
        int best = limit;
        if (size == 0) {
            return best;
        }
        for (int source : sourceTokens) {
            if (bySource.get(source, NONE) < best) {
                for (int target : targetTokens) {
                    best = Math.min(best, byPair.get(pair(source, target), NONE));
                }
            }
        }
        return best;
    }

    private static long pair(int sourceToken, int targetToken) {
        return ((long) sourceToken << 32) | targetToken;
    }
}
