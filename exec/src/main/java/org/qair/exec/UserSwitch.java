package org.qair.exec;

import java.util.List;
import org.qair.call.CallException;

/** The words before a command that run it as another user. No shell reads any of them. */
final class UserSwitch {
    private static final String PACKAGE = "util-linux";

    private UserSwitch() {}

    /** None for this process's own user; only root can become others. */
    static List<String> to(UnixUser user, Means means) throws CallException.Failed {
        if (user.isOwn()) {
            return List.of();
        }
        if (Passwd.ownUid() != 0) {
            throw new CallException.Failed(
                    "this is to run as `%s`, and this program, which runs as `%s`, cannot become anybody else"
                            .formatted(user.name(), System.getProperty("user.name")));
        }
        return means.sessions()
                ? List.of(SystemPrograms.need("runuser", PACKAGE), "-u", user.name(), "--")
                : List.of(
                        SystemPrograms.need("setpriv", PACKAGE),
                        "--reuid=" + user.uid(),
                        "--regid=" + user.gid(),
                        "--init-groups",
                        "--");
    }
}
