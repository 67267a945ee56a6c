package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.UncheckedCall;
import org.qair.exec.ConfigPath;
import org.qair.exec.FileService;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.host.audit.AuditLog;
import org.qair.host.limits.Limits;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.admin.AdminApi;

/** The Admin API as services of dom0 under a policy that is laid out as the field's: one file of includes, who may what in four others. */
@Timeout(120)
class AdminServiceTest {
    private static final QubeName MGMT = new QubeName("mgmt");

    @TempDir
    Path root;

    private Registry registry;
    private AuditLog audit;
    private HostSwitchboard switchboard;
    private LivePolicy policy;

    @BeforeEach
    void make() throws Exception {
        registry = Registry.open(root.resolve("registry.db"));
        audit = AuditLog.open(root.resolve("audit.db"));
        registry.change(draft -> {
            for (String name : List.of("mgmt", "work", "relay")) {
                draft.create(QubeType.AppVM, new QubeName(name), "red");
            }
            QubeName far = new QubeName("far");
            draft.create(QubeType.RemoteVM, far, "red");
            draft.setProperty(far, "relayvm", "relay");
            draft.setProperty(far, "transport_rpc", "qubesair.SSHProxy");
            draft.addTag(far, "managed");
        });
        Path include = Files.createDirectories(root.resolve("etc/qubes/policy.d/include"));
        Files.writeString(include.resolveSibling("90-admin-default.policy"), """
                !include-service admin.vm.List * include/admin-global-ro
                !include-service admin.Events * include/admin-global-ro
                !include-service admin.vm.Create.RemoteVM * include/admin-global-rwx
                !include-service admin.vm.Remove * include/admin-global-rwx
                !include-service admin.vm.property.Get * include/admin-local-ro
                !include-service admin.vm.property.Set +label include/admin-local-rwx
                !include-service admin.vm.tag.Set * include/admin-local-rwx
                """);
        Files.writeString(include.resolve("admin-global-ro"), """
                !include include/admin-global-rwx
                mgmt @adminvm allow target=dom0
                mgmt @tag:managed allow target=dom0
                """);
        Files.writeString(include.resolve("admin-global-rwx"), """
                mgmt @tag:created-by-mgmt allow target=dom0
                mgmt @adminvm allow target=dom0
                """);
        Files.writeString(include.resolve("admin-local-ro"), """
                !include include/admin-local-rwx
                mgmt @anyvm allow target=dom0
                mgmt @default allow target=dom0
                """);
        Files.writeString(include.resolve("admin-local-rwx"), """
                mgmt @tag:created-by-mgmt allow target=dom0
                mgmt @tag:managed allow target=dom0
                """);
        policy = new LivePolicy(OnBrokenPolicy.DENY, () -> registry.snapshot().systemInfo());
        PolicyDirectory directory = PolicyDirectory.of(new HostLayout(root));
        policy.read(directory, directory::tables);
        switchboard = new HostSwitchboard(
                () -> registry.snapshot().systemInfo(),
                policy,
                services(),
                new CallJournal(audit, false),
                Nobody.people(policy),
                Nobody.notices(),
                Nobody.proofs(registry),
                new UnknownCallers(registry::snapshot),
                Limits.NONE,
                new RunningCalls(),
                Clock.systemUTC());
    }

    private Service services() {
        Service admin = new AdminService(AdminApi.of(registry, policy::permits), Duration.ofMillis(300));
        Map<String, Service> ofDom0 = new HashMap<>();
        AdminApi.methods().forEach(method -> ofDom0.put(method, admin));
        FileService files = new FileService(ServiceSettings.of(
                new ServicePath(List.of(root.resolve("etc/qubes-rpc"))),
                new ConfigPath(List.of()),
                Optional.empty(),
                Map.of()));
        return new QubeServices(qube -> Optional.empty(), qube -> files, Map.of(), ofDom0);
    }

    @AfterEach
    void close() {
        audit.close();
        registry.close();
    }

    private CapturedStreams call(String target, String service, String stdin, int code) throws Exception {
        CapturedStreams streams = CapturedStreams.of(stdin);
        assertThat(run(target, service, streams)).isEqualTo(code);
        return streams;
    }

    private int run(String target, String service, CapturedStreams streams) throws Exception {
        return switchboard
                .admit(new UncheckedCall(MGMT, Optional.empty(), target, service, "trigger"))
                .run(streams);
    }

    private void refused(String target, String service) {
        assertThatThrownBy(() -> call(target, service, "", 0)).isInstanceOf(CallException.Refused.class);
    }

    @Test
    void theTargetIsTheQubeThatTheCallIsAbout() throws Exception {
        assertThat(call("work", "admin.vm.property.Get+klass", "", 0).out())
                .isEqualTo("0\0default=True type=str AppVM");
        assertThat(call("far", "admin.vm.property.Get+klass", "", 0).out())
                .isEqualTo("0\0default=True type=str RemoteVM");
        String uuid = registry.snapshot().get(new QubeName("far")).uuid().toString();
        assertThat(call("uuid:" + uuid, "admin.vm.property.Get+name", "", 0).out())
                .isEqualTo("0\0default=False type=str far");
        assertThat(call("far", "admin.vm.tag.Set+green", "", 0).out()).isEqualTo("0\0");
        assertThat(call("far", "admin.vm.property.Set+label", "green", 0).out()).isEqualTo("0\0");
        assertThat(registry.snapshot().get(new QubeName("far")).label()).isEqualTo("green");
    }

    @Test
    void policyDecidesByServiceArgumentAndQube() {
        refused("work", "admin.vm.tag.Set+green");
        refused("far", "admin.vm.property.Set+relayvm");
        refused("far", "admin.vm.Remove");
        refused("dom0", "admin.vm.property.Get+klass");
        refused("dom0", "admin.vm.Shutdown");
    }

    @Test
    void whatAQubeMadeIsItsOwnToManage() throws Exception {
        assertThat(call("dom0", "admin.vm.Create.RemoteVM", "name=new label=red", 0)
                        .out())
                .isEqualTo("0\0");
        assertThat(call("new", "admin.vm.tag.Set+blue", "", 0).out()).isEqualTo("0\0");
        assertThat(call("dom0", "admin.vm.List", "", 0).out())
                .contains("dom0 class", "new class", "far class")
                .doesNotContain("work", "relay ", "mgmt ");
        assertThat(call("new", "admin.vm.Remove", "", 0).out()).isEqualTo("0\0");
        refused("new", "admin.vm.Remove");
    }

    @Test
    void whatTheApiRefusesIsAnExceptionAndWhatMakesNoSenseIsNothing() throws Exception {
        assertThat(call("far", "admin.vm.property.Get+netvm", "", 0).out())
                .startsWith("2\0QubesNoSuchPropertyError\0\0");
        assertThat(call("far", "admin.vm.property.Get", "", 1).out()).isEmpty();
        assertThat(call("dom0", "admin.vm.List+x", "", 1).out()).isEmpty();
        assertThat(call("dom0", "admin.vm.List", "payload", 1).out()).isEmpty();
    }

    @Test
    void aQubeThatIsNotThereIsNoneThatACallCouldBeAbout() throws Exception {
        assertThat(call("nowhere", "admin.vm.property.Get+klass", "", 1).out())
                .as("policy judged it as a call to @default, and allowed that")
                .isEmpty();
        assertThat(call("@default", "admin.vm.property.Get+klass", "", 1).out()).isEmpty();
    }

    @Test
    void aMethodThatThereIsNotIsAServiceThatThereIsNot() throws Exception {
        Files.writeString(root.resolve("etc/qubes/policy.d/10.policy"), "* * mgmt @adminvm allow\n");
        PolicyDirectory directory = PolicyDirectory.of(new HostLayout(root));
        policy.read(directory, directory::tables);
        call("dom0", "admin.vm.Nothing", "", 127);
        call("dom0", "internal.GetSystemInfo", "", 127);
        call("dom0", "qair.Reload", "", 127);
    }

    @Test
    void aPayloadHasALimitAndATime() throws Exception {
        call("far", "admin.vm.property.Set+label", "x".repeat(65_537), 125);
        CapturedStreams streams = new CapturedStreams(new SilentInput());
        assertThat(run("dom0", "admin.vm.List", streams)).isEqualTo(125);
        assertThat(streams.out()).isEmpty();
    }

    /** Nothing comes; as with callers' streams, closing it ends a read that waits. */
    private static final class SilentInput extends InputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read(byte[] bytes, int offset, int length) throws InterruptedIOException {
            return read();
        }

        @Override
        public int read() throws InterruptedIOException {
            try {
                closed.await();
                return -1;
            } catch (InterruptedException stopped) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
