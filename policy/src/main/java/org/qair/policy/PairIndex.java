package org.qair.policy;

import java.util.Arrays;

/**
 * Rules by the pair of their source and target token: for each pair the first rule that has it, in an open hash table of
 * primitive numbers, so that looking one up allocates nothing.
 */
final class PairIndex {
    static final int NONE = Integer.MAX_VALUE;

    private static final long EMPTY = -1;
    private static final int SMALLEST = 4;

    private long[] keys = new long[SMALLEST];
    private int[] firsts = new int[SMALLEST];
    private int[] rules = new int[SMALLEST];
    private int pairs;
    private int size;

    PairIndex() {
        Arrays.fill(keys, EMPTY);
    }

    /** Adds a rule; rules come in their order. */
    void add(int rule, int sourceToken, int targetToken) {
        if (size == rules.length) {
            rules = Arrays.copyOf(rules, 2 * size);
        }
        rules[size++] = rule;
        if (2 * pairs >= keys.length) {
            grow();
        }
        put(pair(sourceToken, targetToken), rule);
    }

    /** The numbers of all rules, in their order. */
    int[] rules() {
        return Arrays.copyOf(rules, size);
    }

    /** The first rule before {@code limit} for which one of the tokens is its source and one its target; else {@code limit}. */
    int first(int[] sourceTokens, int[] targetTokens, int limit) {
        int best = limit;
        if (size == 0 || rules[0] >= limit) {
            return best;
        }
        for (int source : sourceTokens) {
            for (int target : targetTokens) {
                best = Math.min(best, find(pair(source, target)));
            }
        }
        return best;
    }

    private int find(long key) {
        int mask = keys.length - 1;
        for (int slot = slot(key, mask); keys[slot] != EMPTY; slot = (slot + 1) & mask) {
            if (keys[slot] == key) {
                return firsts[slot];
            }
        }
        return NONE;
    }

    private void put(long key, int rule) {
        int mask = keys.length - 1;
        int slot = slot(key, mask);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        if (keys[slot] == EMPTY) {
            keys[slot] = key;
            firsts[slot] = rule;
            pairs++;
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldFirsts = firsts;
        keys = new long[2 * oldKeys.length];
        firsts = new int[keys.length];
        Arrays.fill(keys, EMPTY);
        pairs = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                put(oldKeys[i], oldFirsts[i]);
            }
        }
    }

    private static long pair(int sourceToken, int targetToken) {
        return ((long) sourceToken << 32) | targetToken;
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & mask;
    }
}
