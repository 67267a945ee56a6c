package org.qair.cli.policy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.qair.host.policyrpc.PolicyRpcException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands that read and change the files of a host's policy, all by the policy RPCs. */
abstract class FilesCommand implements Callable<Integer> {
    static final String FILE = "Its name: 30-user, or include/NAME.";
    static final String TOKEN =
            "What the file must be like: sha256:… as `get --with-token` says, `new` for none, or `any` (${DEFAULT-VALUE}).";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private PolicyCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try {
            run(new PolicyFileCalls(parent.source("--root DIR").rpc()));
            return 0;
        } catch (PolicyRpcException refused) {
            throw new UnusableInputException(refused.getMessage() + hint(refused));
        }
    }

    private static String hint(PolicyRpcException refused) {
        return switch (refused.fault()) {
            case PolicyAdminTokenException -> ": read it again with `qair policy get --with-token`";
            case PolicyAdminFileNotFoundException -> ": `qair policy list` says what there is";
            default -> "";
        };
    }

    abstract void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException;

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
