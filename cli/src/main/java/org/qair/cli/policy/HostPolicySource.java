package org.qair.cli.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.PolicyAccess;
import org.qair.host.PolicyDirectory;
import org.qair.host.ProofDemand;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
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
    public Optional<ProofDemand> demand(QubeName remoteVm) {
        return ofType(remoteVm, true).map(known -> asked(admin -> ProofDemand.of(admin, known)));
    }

    @Override
    public Optional<QubeName> unknownSource(QubeName relay) {
        return ofType(relay, false)
                .map(known -> asked(admin -> admin.property(known, "unknown_source")))
                .filter(name -> !name.isEmpty())
                .map(QubeName::new);
    }

    private Optional<QubeName> ofType(QubeName name, boolean remote) {
        return system().find(name)
                .filter(qube -> (qube.type() == QubeType.RemoteVM) == remote)
                .map(Qube::name);
    }

    /** Something that only the host knows. */
    private interface Asking<T> {
        T of(AdminAccess admin) throws IOException, AdminRefusedException;
    }

    private <T> T asked(Asking<T> asking) {
        try (AdminAccess admin = AdminAccess.open(layout)) {
            return asking.of(admin);
        } catch (IOException | AdminRefusedException unknown) {
            throw new UnusableInputException(
                    "cannot learn what the host at `%s` demands: %s".formatted(layout.root(), unknown.getMessage()));
        }
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
