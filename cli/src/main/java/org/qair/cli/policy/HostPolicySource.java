package org.qair.cli.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.PolicyAccess;
import org.qair.host.PolicyDirectory;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.Qube;
import org.qair.policy.QubeType;
import org.qair.policy.SystemInfo;

/**
 * The policy, the qubes and the services of a host of this machine, whether it runs or not: files are read where it reads
 * them, the qubes come from the host itself when it runs, else from its registry.
 *
 * @param layout where the host keeps everything
 */
public record HostPolicySource(HostLayout layout) implements PolicySource {
    @Override
    public PolicyFiles files() {
        return directory();
    }

    @Override
    public List<PolicyFile> tables() {
        return directory().tables();
    }

    private PolicyDirectory directory() {
        return PolicyDirectory.of(layout);
    }

    @Override
    public SystemInfo system() {
        try (AdminAccess admin = AdminAccess.open(layout)) {
            return system(admin);
        } catch (IOException | AdminRefusedException unknown) {
            throw new UnusableInputException(
                    "cannot learn the qubes of the host at `%s`: %s".formatted(layout.root(), unknown.getMessage()));
        }
    }

    /** The host's qubes, for a command that has its registry open already. */
    public SystemInfo system(AdminAccess admin) throws IOException, AdminRefusedException {
        return SystemInfoFile.parse(
                layout.internalSocket().toString(), admin.systemInfo().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public PolicyRpc rpc() {
        return PolicyAccess.of(layout, this::system);
    }

    /** Also those that need no file. */
    @Override
    public Set<String> services() {
        Set<String> names = new TreeSet<>(Host.builtInServices());
        for (Qube qube : system().qubes()) {
            if (qube.type() != QubeType.RemoteVM) {
                layout.servicePath(qube.name()).forEach(directory -> addAll(directory, names));
            }
        }
        return names;
    }

    private static void addAll(Path directory, Set<String> names) {
        try {
            names.addAll(ServiceDirectory.names(directory));
        } catch (IOException unreadable) {
            throw new UnusableInputException("cannot read services: %s".formatted(unreadable));
        }
    }
}
