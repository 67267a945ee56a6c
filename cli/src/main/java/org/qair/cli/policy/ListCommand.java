package org.qair.cli.policy;

import java.io.IOException;
import org.qair.host.policyrpc.PolicyRpcException;
import picocli.CommandLine.Command;

/** Lists the files. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the files of the host's policy.",
        footer = {"", "Example:", "  qair policy list"})
final class ListCommand extends FilesCommand {
    @Override
    void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException {
        out().print(calls.list());
        out().flush();
    }
}
