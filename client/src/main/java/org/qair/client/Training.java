package org.qair.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes the calls that a cache of classes is made from. It holds what they load and no more, because all of a cache is mapped
 * and linked at each start: who answers them is a process of its own ({@link TrainingHost}).
 */
final class Training {
    private Training() {}

    /** Calls the host at the socket that is named. */
    public static void main(String[] arguments) {
        Path socket = Path.of(arguments[0]);
        Main.run("--agent-socket=" + socket, "-p", "x", "--", "@default", "training.Echo+argument");
        Main.run("--agent-socket=" + socket, "--", "@default", "training.Echo");
        SshProxy.run(socket.toString());
        int ignored = new EndpointMain(socket, false).call(Optional.of("qrexec-client-vm -- @default training.Echo"));
        Main.run("--agent-socket=" + socket, "@default", TrainingHost.END);
    }
}
