package org.qair.host.limits;

/** Which way data may go. */
public enum Direction {
    /** To the service and from it. */
    BOTH,
    /** To the service alone: its first byte of output ends the call. */
    IN,
    /** From the service alone: the caller's first byte of input ends the call. */
    OUT
}
