package org.qair.policy;

import java.util.Arrays;

/**
 * The source tokens of the rules about one service; for each its first rule, and filters of what its rules are about. A hash
 * table whose entries are four numbers side by side, so that to look at one is to read one line of memory.
 */
final class SourceTable {
    static final int ABSENT = -1;

    private static final long EMPTY = -1;
    private static final int WIDTH = 4;
    /** At each place the token (upper half) and its first rule; after it the filters, in this order. */
    private static final int TARGETS = 1;

    private static final int ARGUMENTS = 2;
    private static final int ARGUMENT_TARGETS = 3;

    private long[] entries = empty(2);
    private int size;
    private long filter;

    /** Adds a rule about any argument; rules come in their order. */
    void add(int token, int rule, int target) {
        int place = place(token, rule);
        entries[place + TARGETS] |= Tokens.bit(target);
    }

    /** Adds a rule about one argument. */
    void add(int token, int rule, int target, long argument) {
        int place = place(token, rule);
        entries[place + ARGUMENTS] |= argument;
        entries[place + ARGUMENT_TARGETS] |= Tokens.bit(target);
    }

    /** Whether one of the tokens may be in the table. */
    boolean mayHave(Tokens tokens) {
        return (filter & tokens.filter()) != 0;
    }

    /** The place of a token that has a rule before {@code limit}, or {@link #ABSENT}. */
    int find(int token, int limit) {
        int place = find(token);
        return entries[place] != EMPTY && (int) entries[place] < limit ? place : ABSENT;
    }

    /** A filter of those targets that the rules about any argument may have. */
    long targets(int place, Tokens target) {
        return entries[place + TARGETS] & target.filter();
    }

    /** A filter of those targets that the rules about {@code argument}, the bit of one, may have. */
    long targets(int place, Tokens target, long argument) {
        return (entries[place + ARGUMENTS] & argument) == 0 ? 0 : entries[place + ARGUMENT_TARGETS] & target.filter();
    }

    private int place(int token, int rule) {
        if (2 * WIDTH * size >= entries.length) {
            grow();
        }
        int place = find(token);
        if (entries[place] == EMPTY) {
            Arrays.fill(entries, place, place + WIDTH, 0);
            entries[place] = ((long) token << 32) | rule;
            filter |= Tokens.bit(token);
            size++;
        }
        return place;
    }

    /** Where the token is or would be. */
    private int find(int token) {
        int mask = entries.length - WIDTH;
        // the golden ratio and the uppermost bits: numbers in a row, as tokens are, fall far from one another
        int place = WIDTH * ((token * 0x9E3779B1) >>> (Integer.numberOfLeadingZeros(entries.length / WIDTH) + 1));
        while (entries[place] != EMPTY && (int) (entries[place] >>> 32) != token) {
            place = (place + WIDTH) & mask;
        }
        return place;
    }

    private void grow() {
        long[] old = entries;
        entries = empty(2 * old.length / WIDTH);
        for (int i = 0; i < old.length; i += WIDTH) {
            if (old[i] != EMPTY) {
                System.arraycopy(old, i, entries, find((int) (old[i] >>> 32)), WIDTH);
            }
        }
    }

    private static long[] empty(int places) {
        long[] entries = new long[WIDTH * places];
        Arrays.fill(entries, EMPTY);
        return entries;
    }
}
