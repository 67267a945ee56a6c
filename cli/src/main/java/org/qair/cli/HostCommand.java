package org.qair.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.settings.HostSettings;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a host until it is terminated.",
            "",
            "A host is registry, policy, switchboard, the qubes' sockets and, where qair.toml has one, the SSH endpoint. It prints one line when it is ready. SIGTERM ends it: running calls get a grace period."
        },
        footer = {"", "Example:", "  qair host --root /tmp/here"})
final class HostCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (System.getenv("QAIR_LOG") == null) {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        }
        HostLayout layout = root.layout();
        Host host = Host.start(layout, HostSettings.read(layout.settings()));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(host)));
        spec.commandLine().getOut().println(host.readyLine());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** Being asked to end is no failure: without this the exit code would be the signal's. */
    private static void stop(Host host) {
        try {
            host.close();
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
