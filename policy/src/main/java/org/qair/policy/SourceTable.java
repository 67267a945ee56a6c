package org.qair.policy;

import java.util.Arrays;

/**
 * The source tokens of some rules, with the first rule of each and the filter of its target tokens. A hash table whose
 * entries are two numbers side by side, so that to look at one is to read one line of memory.
 */
final class SourceTable {
    private static final long EMPTY = -1;
    private static final int SMALLEST = 2;

    /** At 2n the token (upper half) and its first rule, at 2n + 1 the filter. */
    private long[] entries = empty(SMALLEST);

    private int size;

    /** Adds a rule; rules come in their order. */
    void add(int token, int rule, long targetBit) {
        if (4 * size >= entries.length) {
            grow();
        }
        int place = place(token);
        if (entries[place] == EMPTY) {
            put(place, ((long) token << 32) | rule, 0);
        }
        entries[place + 1] |= targetBit;
    }

    /** The filter of the target tokens of all rules with that source; 0 when there is none before {@code limit}. */
    long targets(int token, int limit) {
        int place = place(token);
        long entry = entries[place];
        return entry != EMPTY && (int) entry < limit ? entries[place + 1] : 0;
    }

    /** Where the token is or would be. */
    private int place(int token) {
        int mask = entries.length - 2;
        int place = ((token * 0x9E3779B1) >>> 15) & mask;
        while (entries[place] != EMPTY && (int) (entries[place] >>> 32) != token) {
            place = (place + 2) & mask;
        }
        return place;
    }

    private void put(int place, long entry, long filter) {
        entries[place] = entry;
        entries[place + 1] = filter;
        size++;
    }

    private void grow() {
        long[] old = entries;
        entries = empty(old.length);
        size = 0;
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != EMPTY) {
                put(place((int) (old[i] >>> 32)), old[i], old[i + 1]);
            }
        }
    }

    private static long[] empty(int places) {
        long[] entries = new long[2 * places];
        Arrays.fill(entries, EMPTY);
        return entries;
    }
}
