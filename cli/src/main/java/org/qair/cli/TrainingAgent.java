package org.qair.cli;

import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.qair.agent.Agent;
import org.qair.channel.CallerChannel;
import org.qair.channel.ControlChannel;
import org.qair.channel.Handshake;
import org.qair.channel.SocketVchan;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;

/** An agent that starts, runs one command for a host, and stops, in a directory that is thrown away. */
final class TrainingAgent {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int DOMAIN = 7;
    private static final VchanAddress FAR = new VchanAddress(8, Limits.CONTROL_PORT + 1);

    private TrainingAgent() {}

    static void run(Path parent) throws Exception {
        Path directory = Files.createDirectories(parent.resolve("agent"));
        String[] words = {"--domain=" + DOMAIN, "--vchan-dir=" + directory, "-a", directory + "/trigger", "-S"};
        AgentOptions options = AgentArguments.read(words).orElseThrow();
        try (Agent _ = Agent.start(options.settings(Map.of()));
                SocketVchan.Listener listener = SocketVchan.listen(directory, FAR.domain(), DOMAIN, FAR.port());
                ControlChannel host = ControlChannel.asDaemon(
                        SocketVchan.connect(SocketVchan.path(directory, DOMAIN, 0, Limits.CONTROL_PORT), PATIENCE))) {
            host.send(new Message.ExecCommandLine(FAR, "DEFAULT:true"));
            SocketChannel data = listener.accept(PATIENCE);
            try (CallerChannel caller =
                    CallerChannel.open(data, Handshake.exchange(data), OutputStream.nullOutputStream())) {
                caller.stdin().close();
                int ignored = caller.exitCode();
            }
        }
    }
}
