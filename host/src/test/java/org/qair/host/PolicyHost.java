package org.qair.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallId;
import org.qair.call.Service;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import org.qair.registry.Registry;

/** The services of dom0 over a small policy on disk and the qubes {@code mgmt}, which calls, {@code work} and {@code vault}, whose GUI qube it is. */
final class PolicyHost implements AutoCloseable {
    final HostLayout layout;
    final LivePolicy policy;
    private final Registry registry;
    private final Map<String, Service> services;

    PolicyHost(Path root) throws Exception {
        layout = new HostLayout(root);
        Path include = Files.createDirectories(layout.policy().resolve("include"));
        Files.createDirectories(layout.volatilePolicy());
        write("30-user.policy", "test.Read * work vault allow\n");
        write(
                "90-default.policy",
                "!include include/common\n!include-service qubes.Gpg * include/gpg\n* * @anyvm dom0 deny\n");
        write("include/common", "test.Common * work vault ask\n");
        write("include/gpg", "work vault allow\n");
        write("own.tests", "work vault test.Read allow vault\n");
        Files.createSymbolicLink(layout.policy().resolve("link.policy"), include.resolve("common"));
        registry = Registry.open(root.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, new QubeName("mgmt"), "black");
            for (String name : new String[] {"work", "vault"}) {
                draft.create(QubeType.AppVM, new QubeName(name), "red");
                draft.setProperty(new QubeName(name), "guivm", "mgmt");
            }
        });
        policy = new LivePolicy(OnBrokenPolicy.DENY, () -> registry.snapshot().systemInfo());
        services = Dom0Services.of(layout, registry, policy, this::read);
        read();
    }

    void read() {
        PolicyDirectory directory = PolicyDirectory.of(layout);
        policy.read(directory, directory::tables);
    }

    SystemInfo system() {
        return registry.snapshot().systemInfo();
    }

    void write(String name, String text) throws IOException {
        Files.writeString(layout.policy().resolve(name), text);
    }

    int run(String service, CapturedStreams streams) throws Exception {
        ServiceName name = ServiceName.parse(service);
        Call call = new Call(
                CallId.random(),
                new QubeName("mgmt"),
                Optional.empty(),
                new RequestedTarget.AdminVm(),
                QubeName.DOM0,
                name,
                Optional.empty());
        return Optional.ofNullable(services.get(name.name())).orElseThrow().run(call, streams);
    }

    @Override
    public void close() {
        registry.close();
    }
}
