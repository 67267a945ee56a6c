package org.qair.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.qair.agent.Agent;
import org.qair.agent.AgentSettings;
import org.qair.host.settings.SettingsException;

/** An agent in a process of its own, from its start until the process is told to end. */
final class AgentRun {
    private AgentRun() {}

    static int run(AgentOptions options, PrintWriter out) throws IOException, SettingsException, InterruptedException {
        Daemon.log();
        AgentSettings settings = options.settings(System.getenv());
        Agent agent = Agent.start(settings);
        String ready = "qair agent ready: domain %d, %s".formatted(settings.domain(), settings.triggerSocket());
        return Daemon.run(agent, ready, out);
    }
}
