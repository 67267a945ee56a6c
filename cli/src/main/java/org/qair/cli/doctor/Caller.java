package org.qair.cli.doctor;

import org.qair.policy.QubeName;

/**
 * The qube that the call is looked at for.
 *
 * @param asked whether a person of this host would be asked
 */
record Caller(QubeName name, boolean asked) {}
