package org.qair.exec;

/** Who a service runs as when neither the call nor any setting names somebody. */
public final class DefaultUser {
    private static final String OF_THE_FIELD = "user";

    private DefaultUser() {}

    /** {@code user}, as in the field, for a root process on a machine that has that account; else this process's own. */
    public static String name() {
        UnixUser own = UnixUser.own();
        return own.uid() == 0 && Passwd.byName(OF_THE_FIELD).isPresent() ? OF_THE_FIELD : own.name();
    }
}
