package org.qair.agent;

import java.nio.file.Path;
import java.util.Optional;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.vsock.CallerBridge;
import org.qair.exec.ServiceSettings;

/**
 * What an agent is started with.
 *
 * @param domain the number of its own vchan domain
 * @param vchan how its channels to the host are made
 * @param bridge what brings callers to the host where those are not the socket vchans that callers serve
 * @param location what callers are told of where their data channels are made, in a file beside the trigger socket
 * @param triggerSocket where its callers come
 * @param forkServer where a user's session listens for what is to run in it, {@code %s} for the user's name; absent where none is asked
 * @param services how services and commands are run; its Unix user is the one that {@code DEFAULT} stands for
 */
public record AgentSettings(
        int domain,
        Vchan vchan,
        Optional<CallerBridge> bridge,
        Optional<VchanLocation> location,
        Path triggerSocket,
        Optional<String> forkServer,
        ServiceSettings services) {
    /** Where the field has its trigger socket. */
    public static final Path TRIGGER_SOCKET = Path.of("/var/run/qubes/qrexec-agent");

    /** Where the field's sessions have their fork server. */
    public static final String FORK_SERVER = "/var/run/qubes/qrexec-server.%s.sock";
}
