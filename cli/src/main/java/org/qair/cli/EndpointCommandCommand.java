package org.qair.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.qair.client.EndpointMain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Here for the list of commands: the launcher starts the program itself, which is quicker. */
@Command(
        name = "endpoint-command",
        mixinStandardHelpOptions = true,
        description =
                "The forced command of a relay's key in authorized_keys: lets a plain OpenSSH server stand in for the endpoint.",
        footer = {
            "",
            "Example:",
            "  restrict,command=\"/usr/local/bin/qair endpoint-command --relay Remote-Relay\" ssh-ed25519 AAAA..."
        })
final class EndpointCommandCommand implements Callable<Integer> {
    @Option(names = "--relay", paramLabel = "QUBE", description = "The relay that the holder of the key is.")
    private String relay = "";

    @Option(names = "--root", paramLabel = "DIR", description = "The host whose paths are all under DIR.")
    private String root = "";

    @Option(names = "--verbose", description = "Tell the caller why it was refused.")
    private boolean verbose;

    @Parameters(hidden = true)
    private List<String> more = List.of();

    @Override
    public Integer call() {
        List<String> words = new ArrayList<>();
        if (!relay.isEmpty()) {
            words.add("--relay=" + relay);
        }
        if (!root.isEmpty()) {
            words.add("--root=" + root);
        }
        if (verbose) {
            words.add("--verbose");
        }
        words.addAll(more);
        return EndpointMain.run(words, System.getenv());
    }
}
