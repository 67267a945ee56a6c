package org.qair.policy;

import java.util.Arrays;

/** A hash table from {@code long} to {@code int} that keeps the first value of each key and allocates nothing to look one up. */
final class IntTable {
    private static final long EMPTY = -1;
    private static final int SMALLEST = 4;

    private long[] keys = new long[SMALLEST];
    private int[] values = new int[SMALLEST];
    private int size;

    IntTable() {
        Arrays.fill(keys, EMPTY);
    }

    /** The value of {@code key}, or {@code absent}. */
    int get(long key, int absent) {
        int mask = keys.length - 1;
        for (int slot = slot(key, mask); keys[slot] != EMPTY; slot = (slot + 1) & mask) {
            if (keys[slot] == key) {
                return values[slot];
            }
        }
        return absent;
    }

    /** Adds a value, unless {@code key}, which is not negative, has one. */
    void putIfAbsent(long key, int value) {
        if (2 * size >= keys.length) {
            grow();
        }
        put(key, value);
    }

    private void put(long key, int value) {
        int mask = keys.length - 1;
        int slot = slot(key, mask);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        if (keys[slot] == EMPTY) {
            keys[slot] = key;
            values[slot] = value;
            size++;
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[keys.length];
        Arrays.fill(keys, EMPTY);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }

    private static int slot(long key, int mask) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> Long.numberOfLeadingZeros(mask));
    }
}
