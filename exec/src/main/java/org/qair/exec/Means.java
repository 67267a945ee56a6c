package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What of the system's own is used to run programs.
 *
 * @param sessions whether a program of another user runs in a session of its own (PAM, by {@code runuser}); else it has that user's
 *     rights and nothing more ({@code setpriv})
 * @param scopes whether the processes of each call are in a cgroup of their own (a scope of {@code systemd}), else in a process group
 */
public record Means(boolean sessions, boolean scopes) {
    private static final Path SYSTEMD_IS_RUNNING = Path.of("/run/systemd/system");

    /** All that was there when it was first asked for. */
    public static Means ofThisSystem() {
        return Found.MEANS;
    }

    /** Looked for once: each call asks. */
    private static final class Found {
        private static final Means MEANS = new Means(canOpenSessions(), canMakeScopes());
    }

    /** Whether {@code runuser} is installed. */
    public static boolean canOpenSessions() {
        return SystemPrograms.find("runuser").isPresent();
    }

    /** Whether {@code systemd} runs and takes orders from this process's user: from root, as yet. */
    public static boolean canMakeScopes() {
        return Passwd.ownUid() == 0
                && Files.isDirectory(SYSTEMD_IS_RUNNING, LinkOption.NOFOLLOW_LINKS)
                && SystemPrograms.find("systemd-run").isPresent();
    }
}
