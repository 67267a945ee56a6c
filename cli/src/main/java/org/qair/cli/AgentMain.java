package org.qair.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Optional;

/** The agent's way in: callers wait for it when a machine starts, so it loads nothing that other commands need. */
public final class AgentMain {
    private AgentMain() {}

    /** Runs {@code qair agent} with what stands behind these two words, and exits as {@link Main} does. */
    public static void main(String[] words) {
        Optional<AgentOptions> usual = AgentArguments.read(words);
        System.exit(usual.isPresent() ? run(usual.get()) : Main.agent().execute(words));
    }

    private static int run(AgentOptions options) {
        try {
            return AgentRun.run(options, new PrintWriter(System.out, true, UTF_8));
        } catch (Exception failure) {
            FailureReport.print(failure, new PrintWriter(System.err, true, UTF_8));
            return 1;
        }
    }
}
