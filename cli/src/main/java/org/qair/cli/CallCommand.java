package org.qair.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.qair.host.HostRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = {
            "Calls a service as the host itself (dom0), or as one of its qubes; policy judges it as any call.",
            "",
            "Standard input, output, error output and the exit code are the service's. 126: refused; 127: no such service; 125: it failed; the reason is told on the error output.",
            "A trace context in the environment (TRACEPARENT) travels with the call, to the service's environment."
        },
        footer = {
            "",
            "Example:",
            "  echo hello | qair call work demo.Upper",
            "  qair call -s Local-Qube pi home.Temperature"
        })
final class CallCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Mixin
    private CallStreams streams;

    @Option(
            names = {"-s", "--source"},
            paramLabel = "QUBE",
            defaultValue = "dom0",
            description = "The qube that it is to come from (${DEFAULT-VALUE}).")
    private String source = "dom0";

    @Option(names = "--user", paramLabel = "USER", description = "The user that the service is to run as.")
    private Optional<String> user = Optional.empty();

    @Parameters(
            index = "0",
            paramLabel = "TARGET",
            description = "A qube, or @default, @dispvm, @dispvm:QUBE, @adminvm.")
    private String target = "";

    @Parameters(index = "1", paramLabel = "SERVICE[+ARGUMENT]")
    private String service = "";

    @Override
    public Integer call() {
        return streams.run(
                root.layout(), new HostRequest(target, user, new HostRequest.Call(source, service).ofProcess()));
    }
}
