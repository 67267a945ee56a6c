package org.qair.registry.admin;

import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/**
 * Policy's say in what a qube other than dom0 is shown: of a list only the qubes, and of all that happens only the events, that a call
 * about them would be allowed for without asking anybody.
 */
@FunctionalInterface
public interface Permission {
    /** Nobody but dom0 is shown anything. */
    Permission NONE = (system, request) -> false;

    /** Whether policy allows the call. */
    boolean allows(SystemInfo system, Request request);
}
