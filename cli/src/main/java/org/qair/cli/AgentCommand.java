package org.qair.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.qair.agent.Agent;
import org.qair.agent.AgentSettings;
import org.qair.channel.SocketVchan;
import org.qair.channel.VchanLocation;
import org.qair.exec.ConfigPath;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the agent of a VM or container until it is terminated.",
            "",
            "It waits for its host on the control channel, takes the calls of this qube's programs to it, and runs the services that it is told to. It prints one line when it is ready."
        },
        footer = {"", "Example:", "  qair agent --domain 7 --vchan-dir /run/vchan"})
final class AgentCommand implements Callable<Integer> {
    @Option(
            names = {"-a", "--agent-socket"},
            paramLabel = "PATH",
            defaultValue = "/var/run/qubes/qrexec-agent",
            description = "The trigger socket (${DEFAULT-VALUE}).")
    private Path agentSocket = Path.of("/");

    @Option(
            names = {"-S", "--no-fork-server"},
            description = "Taken, as the field's agent takes it: this agent uses no fork server.")
    private boolean noForkServer;

    @Option(
            names = "--domain",
            paramLabel = "N",
            defaultValue = "${env:VCHAN_DOMAIN:-0}",
            description = "The number of its own vchan domain; without it VCHAN_DOMAIN.")
    private int domain;

    @Option(
            names = "--vchan-dir",
            paramLabel = "DIR",
            defaultValue = "${env:VCHAN_SOCKET_DIR:-/var/run/vchan}",
            description = "The directory of the vchans' sockets; without it VCHAN_SOCKET_DIR, else /var/run/vchan.")
    private Path vchanDirectory = Path.of("/");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (System.getenv("QAIR_LOG") == null) {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        }
        LoggerFactory.getLogger(AgentCommand.class).debug("no fork server: {}", noForkServer);
        Agent agent = Agent.start(new AgentSettings(
                domain,
                SocketVchan.in(vchanDirectory),
                agentSocket,
                Optional.of(new VchanLocation(domain, vchanDirectory)),
                services()));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(agent)));
        spec.commandLine().getOut().println("qair agent ready: domain %d, %s".formatted(domain, agentSocket));
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static ServiceSettings services() {
        return ServiceSettings.of(
                ServicePath.parse(System.getenv().getOrDefault("QREXEC_SERVICE_PATH", ServicePath.DEFAULT)),
                ConfigPath.parse(System.getenv().getOrDefault("QUBES_RPC_CONFIG_PATH", ConfigPath.DEFAULT)),
                Optional.empty(),
                Map.of());
    }

    /** Being asked to end is no failure: without this the exit code would be the signal's. */
    private static void stop(Agent agent) {
        try (agent) {
            LoggerFactory.getLogger(AgentCommand.class).debug("asked to end");
        } catch (IOException left) {
            LoggerFactory.getLogger(AgentCommand.class).warn("{}", left.getMessage());
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
