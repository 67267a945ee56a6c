package org.qair.bench;

/** Where in the policy the rule is that decides. */
public enum Match {
    /** Among the first tenth. */
    TOP,
    /** Among the last tenth. */
    BOTTOM,
    /** There is none. */
    NONE
}
