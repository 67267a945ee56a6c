package org.qair.cli.policy;

import java.io.IOException;
import org.qair.host.policyrpc.PolicyRpcException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes one file away. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description =
                "Removes a file of the host's policy, unless others include it or the policy's own tests need it.",
        footer = {"", "Example:", "  qair policy remove 30-gpg"})
final class RemoveCommand extends FilesCommand {
    @Parameters(paramLabel = "FILE", description = FILE)
    private String file = "";

    @Option(names = "--token", paramLabel = "TOKEN", defaultValue = "any", description = TOKEN)
    private String token = "any";

    @Override
    void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException {
        calls.remove(PolicyFileName.of(file), token);
    }
}
