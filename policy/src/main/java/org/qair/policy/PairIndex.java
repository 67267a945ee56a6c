package org.qair.policy;

import java.util.Arrays;

/**
 * Some rules of a policy by source and target token: for each pair the first rule that has it. Filters of the tokens that
 * occur pass over most sources and targets of a call before their pairs are looked up.
 */
final class PairIndex {
    static final int NONE = Integer.MAX_VALUE;

    private final int number;
    private final SourceTable bySource = new SourceTable();
    private final IntTable byPair = new IntTable();
    private long sources;
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
        sources |= Tokens.bit(sourceToken);
        bySource.add(sourceToken, rule, Tokens.bit(targetToken));
        byPair.putIfAbsent(pair(sourceToken, targetToken), rule);
    }

    /** The numbers of all rules, in their order. */
    int[] rules() {
        return Arrays.copyOf(rules, size);
    }

    /** The first rule before {@code limit} for which one of the tokens is its source and one its target; else {@code limit}. */
    int first(Tokens source, Tokens target, int limit) {
        int best = limit;
        if ((sources & source.filter()) == 0) {
            return best;
        }
        for (int token : source.numbers()) {
            long common = bySource.targets(token, best) & target.filter();
            if (common != 0) {
                best = first(token, target, common, best);
            }
        }
        return best;
    }

    /** As above for one source token, among the target tokens that have a bit in {@code filter}. */
    private int first(int source, Tokens target, long filter, int limit) {
        int best = limit;
        for (int token : target.numbers()) {
            if ((filter & Tokens.bit(token)) != 0) {
                best = Math.min(best, byPair.get(pair(source, token), NONE));
            }
        }
        return best;
    }

    private static long pair(int sourceToken, int targetToken) {
        return ((long) sourceToken << 32) | targetToken;
    }
}
