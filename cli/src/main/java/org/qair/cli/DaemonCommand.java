package org.qair.cli;

import java.util.concurrent.Callable;
import org.qair.host.HostLayout;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs what {@code qair.toml} says, until its process is told to end. */
abstract class DaemonCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Spec
    private CommandSpec spec;

    /**
     * What runs.
     *
     * @param line says so to whoever waits for it
     */
    record Ready(AutoCloseable running, String line) {}

    abstract Ready start(HostLayout layout, HostSettings settings) throws Exception;

    @Override
    public final Integer call() throws Exception {
        Daemon.log();
        HostLayout layout = root.layout();
        Ready ready = start(layout, HostSettings.read(layout.settings()));
        return Daemon.run(ready.running(), ready.line(), spec.commandLine().getOut());
    }
}
