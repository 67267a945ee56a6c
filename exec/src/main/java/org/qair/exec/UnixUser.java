package org.qair.exec;

import java.nio.file.Path;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.policy.Printable;

/**
 * An account of this machine that a program can run as.
 *
 * @param home may be missing on the disk
 * @param shell the program that runs the account's commands
 */
record UnixUser(String name, int uid, int gid, Path home, String shell) {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_.-]*";

    /** @throws CallException.Failed when there is none of that name */
    static UnixUser named(String name) throws CallException.Failed {
        Optional<UnixUser> found = name.matches(NAME) ? Passwd.byName(name) : Optional.empty();
        return found.orElseThrow(
                () -> new CallException.Failed("`%s` is no Unix user of this machine".formatted(Printable.of(name))));
    }

    /** The one that this process runs as; where it has no account, one with the root directory and {@code /bin/sh}. */
    static UnixUser own() {
        int uid = Passwd.ownUid();
        return Passwd.byUid(uid)
                .orElseGet(() -> new UnixUser(Integer.toUnsignedString(uid), uid, -1, Path.of("/"), "/bin/sh"));
    }

    /** Whether this process runs as it. */
    boolean isOwn() {
        return uid == Passwd.ownUid();
    }
}
