package org.qair.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.qair.agent.Agent;
import org.qair.agent.AgentSettings;
import org.qair.host.settings.SettingsException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the agent of a VM or container until it is terminated.",
            "",
            "It waits for its host on the control channel, takes the calls of this qube's programs to it, and runs the services that it is told to. It prints one line when it is ready. When the host goes, what runs goes on, and the agent waits for it again."
        },
        footer = {
            "",
            "Example:",
            "  qair agent --domain 7",
            "  VCHAN_DOMAIN=7 VCHAN_SOCKET_DIR=/run/vchan qair agent --agent-socket=/run/qubes/qrexec-agent"
        })
final class AgentCommand implements Callable<Integer> {
    @Mixin
    private AgentOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SettingsException, InterruptedException {
        if (System.getenv("QAIR_LOG") == null) {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        }
        AgentSettings settings = options.settings(System.getenv());
        Agent agent = Agent.start(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(agent)));
        spec.commandLine()
                .getOut()
                .println("qair agent ready: domain %d, %s".formatted(settings.domain(), settings.triggerSocket()));
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
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
