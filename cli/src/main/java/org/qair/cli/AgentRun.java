package org.qair.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.qair.agent.Agent;
import org.qair.agent.AgentSettings;
import org.qair.host.settings.SettingsException;
import org.slf4j.LoggerFactory;

/** An agent in a process of its own, from its start until the process is told to end. */
final class AgentRun {
    private AgentRun() {}

    static int run(AgentOptions options, PrintWriter out) throws IOException, SettingsException, InterruptedException {
        if (System.getenv("QAIR_LOG") == null) {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        }
        AgentSettings settings = options.settings(System.getenv());
        Agent agent = Agent.start(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(agent)));
        out.println("qair agent ready: domain %d, %s".formatted(settings.domain(), settings.triggerSocket()));
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** Being asked to end is no failure: without this the exit code would be the signal's. */
    private static void stop(Agent agent) {
        try (agent) {
            LoggerFactory.getLogger(AgentRun.class).debug("asked to end");
        } catch (IOException left) {
            LoggerFactory.getLogger(AgentRun.class).warn("{}", left.getMessage());
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
