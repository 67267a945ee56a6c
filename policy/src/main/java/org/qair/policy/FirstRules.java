package org.qair.policy;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The rules that decided lately, so that a call that comes again costs the same whatever the policy's size. Of fixed size:
 * two calls that fall on one place drive each other out and are looked up in the index again. Keys are numbers of the
 * policy and the system, never text of a caller. Safe for use by many threads.
 */
final class FirstRules {
    static final int UNKNOWN = -1;

    private static final int PLACES = 1 << 14;

    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(PLACES);

    private record Entry(int ruleClass, int source, int target, int rule) {}

    /** The rule that is known for the key, or {@link #UNKNOWN}. */
    int find(int ruleClass, int source, int target) {
        Entry entry = entries.getAcquire(place(ruleClass, source, target));
        return entry != null && entry.ruleClass == ruleClass && entry.source == source && entry.target == target
                ? entry.rule
                : UNKNOWN;
    }

    void keep(int ruleClass, int source, int target, int rule) {
        entries.setRelease(place(ruleClass, source, target), new Entry(ruleClass, source, target, rule));
    }

    private static int place(int ruleClass, int source, int target) {
        int mixed = ((ruleClass * 31 + source) * 0x9E3779B1 + target) * 0x85EBCA6B;
        return (mixed ^ (mixed >>> 15)) & (PLACES - 1);
    }
}
