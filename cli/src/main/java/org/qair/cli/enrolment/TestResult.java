package org.qair.cli.enrolment;

/** How the test call of an enrolment ended. */
public enum TestResult {
    /** A call went all the way. */
    PASSED,
    /** The rules are not there yet, on one end or the other. */
    NO_RULES,
    /** This host does not run. */
    NOT_RUNNING,
    /** The call was refused or failed. */
    FAILED
}
