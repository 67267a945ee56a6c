package org.qair.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.qair.cli.demo.DemoStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the main job with real hosts on this machine.",
            "",
            "The hosts are processes of their own on loopback, with fresh keys, registries, policies and services. What is shown comes from their audits and from the programs that were run; the exit code is 1 when anything differs from what is said."
        },
        footer = {"", "Example:", "  qair demo", "  qair demo --keep"})
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Leave the hosts running, and print the commands to go on by hand.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("qair.home", "."));
        return new DemoStage(Main::commandLine, home, spec.commandLine().getOut(), keep).run();
    }
}
