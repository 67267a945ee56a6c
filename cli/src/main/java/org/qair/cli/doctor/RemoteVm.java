package org.qair.cli.doctor;

import org.qair.policy.QubeName;

/**
 * A RemoteVM as this host knows it.
 *
 * @param farName what it is called on its own host
 * @param peer what it is reached through
 * @param isProtected whether relays must not see the bytes of calls to it
 * @param seen whether this host's own transport carries its calls, so that the way can be looked at from here
 */
record RemoteVm(QubeName name, QubeName relay, QubeName farName, String peer, boolean isProtected, boolean seen) {}
