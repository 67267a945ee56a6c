package org.qair.cli.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.qair.host.policyrpc.PolicyRpcException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints one file. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Prints a file of the host's policy.",
        footer = {"", "Example:", "  qair policy get 30-user"})
final class GetCommand extends FilesCommand {
    @Parameters(paramLabel = "FILE", description = FILE)
    private String file = "";

    @Option(names = "--with-token", description = "Print a line before it that says which state of the file this is.")
    private boolean withToken;

    @Override
    void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException {
        PolicyFileCalls.Content content = calls.get(PolicyFileName.of(file));
        if (withToken) {
            out().println(content.token());
        }
        out().print(new String(content.bytes(), StandardCharsets.UTF_8));
        out().flush();
    }
}
