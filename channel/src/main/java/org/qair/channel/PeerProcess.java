package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process at the other end of a Unix socket, as the kernel noted it when it connected or listened: unix(7), {@code SO_PEERCRED}. */
public final class PeerProcess {
    private static final Path OWN_FILES = Path.of("/proc/self/ns/mnt");

    private PeerProcess() {}

    /**
     * Whether it has the files of this process, and so its accounts: it is in no container of its own. False when that cannot be told: where
     * {@link HangupWatch#isAvailable} is false, and of a process that is gone or another user's.
     */
    public static boolean sharesFiles(SocketChannel connected) {
        if (!HangupWatch.isAvailable()) {
            return false;
        }
        try {
            int pid = PeerCredentials.of(connected).pid();
            Path files = Path.of("/proc", Integer.toString(pid), "ns", "mnt");
            return Files.readSymbolicLink(files).equals(Files.readSymbolicLink(OWN_FILES));
        } catch (IOException unknown) {
            return false;
        }
    }
}
