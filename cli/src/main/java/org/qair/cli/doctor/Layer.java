package org.qair.cli.doctor;

import java.util.Locale;

/** What a call to a RemoteVM rests on, the nearest first. */
public enum Layer {
    /** There is such a RemoteVM. */
    NAMES,
    /** It says by what relay, and with what service, calls to it go. */
    PROPERTIES,
    /** The relay can carry calls. */
    RELAY,
    /** The relay has that service. */
    TRANSPORT,
    /** The policy of this host lets a qube call it. */
    POLICY,
    /** It is known where the far end is. */
    ADDRESS,
    /** Something answers there. */
    TCP,
    /** It is the far end that is trusted. */
    HOST_KEY,
    /** It lets the relay in. */
    KEY,
    /** It knows the source as a RemoteVM behind that relay. */
    FAR_REGISTRY,
    /** Its policy lets the source call. */
    FAR_POLICY,
    /** The target has the service. */
    SERVICE,
    /** A call goes all the way. */
    CALL,
    /** A far machine that has OpenSSH alone listens for calls back, where it may make some. */
    CALLS_BACK;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
