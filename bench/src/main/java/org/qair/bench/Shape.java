package org.qair.bench;

/** How the rules of a benchmark's policy are spread. */
public enum Shape {
    /** Over forty services, some of them about one argument. */
    SPREAD,
    /** All of one service, so that service and argument tell nothing apart. */
    ONE_SERVICE
}
