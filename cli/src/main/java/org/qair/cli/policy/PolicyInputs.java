package org.qair.cli.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.PolicyDirectory;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.SystemInfo;
import picocli.CommandLine.Option;

/** The options that name a policy and a system; without them both are the host's. */
final class PolicyInputs {
    private static final Path IN_ROOT = Path.of("etc", "qubes", "policy.d");

    @Option(names = "--policy", paramLabel = "DIR", description = "A policy.d directory, instead of the host's.")
    private @Nullable Path policy;

    @Option(
            names = {"--system", "--system-info"},
            paramLabel = "FILE",
            description =
                    "The qubes, instead of the host's: the qubes.xml of a Qubes system, a file of `qair qube export`, or JSON of internal.GetSystemInfo. In the first two all count as running.")
    private @Nullable Path systemInfo;

    PolicyFiles files(PolicyCommand command) {
        return policy == null ? command.source("--policy DIR").files() : directory(policy);
    }

    /** The tables of expectations that are kept beside the policy. */
    List<PolicyFile> tables(PolicyCommand command) {
        return policy == null
                ? command.source("--policy DIR").tables()
                : directory(policy).tables();
    }

    Policy policy(PolicyCommand command) {
        try {
            return Policy.parse(files(command));
        } catch (PolicySyntaxException broken) {
            throw new UnusableInputException("the policy is broken: " + broken.getMessage());
        }
    }

    SystemInfo system(PolicyCommand command) {
        return systemInfo == null ? command.source("--system FILE").system() : SystemInfoFile.read(systemInfo);
    }

    /** The host, when the qubes are its own. */
    Optional<PolicySource> hostOfQubes(PolicyCommand command) {
        return systemInfo == null ? Optional.of(command.source("--system FILE")) : Optional.empty();
    }

    /** The system when one is named or, with the host's policy, the host's. */
    Optional<SystemInfo> systemIfKnown(PolicyCommand command, boolean hostsPolicy) {
        return systemInfo != null || hostsPolicy ? Optional.of(system(command)) : Optional.empty();
    }

    boolean isHostsPolicy() {
        return policy == null;
    }

    /** A directory that is {@code …/etc/qubes/policy.d} means absolute paths to be under what comes before that. */
    static PolicyDirectory directory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new UnusableInputException("there is no directory `%s`".formatted(directory));
        }
        Path absolute = directory.toAbsolutePath().normalize();
        Path root = absolute.endsWith(IN_ROOT)
                ? absolute.getRoot()
                        .resolve(absolute.subpath(0, absolute.getNameCount()))
                        .resolve("../../..")
                        .normalize()
                : Path.of("/");
        return new PolicyDirectory(root, directory, Optional.empty());
    }
}
