package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.RegistrySnapshot;

/** Any call at all gets an answer that can be sent, and only a call that was carried out changes anything. */
class AdminFuzzTest {
    private static final List<String> METHODS = List.of(
            "admin.vm.List",
            "admin.vm.Create.RemoteVM",
            "admin.vm.Create.AppVM",
            "admin.vm.CreateInPool.AppVM",
            "admin.vm.Remove",
            "admin.vm.property.List",
            "admin.vm.property.Get",
            "admin.vm.property.GetAll",
            "admin.vm.property.GetDefault",
            "admin.vm.property.Set",
            "admin.vm.property.Reset",
            "admin.vm.property.Help",
            "admin.property.Get",
            "admin.property.Set",
            "admin.property.Reset",
            "admin.vm.tag.List",
            "admin.vm.tag.Get",
            "admin.vm.tag.Set",
            "admin.vm.tag.Remove",
            "admin.vm.feature.List",
            "admin.vm.feature.Get",
            "admin.vm.feature.Set",
            "admin.vm.feature.Remove",
            "admin.vm.feature.CheckWithTemplate",
            "admin.label.List",
            "admin.label.Get",
            "admin.label.Index",
            "admin.label.Create",
            "admin.label.Remove",
            "admin.vmclass.List",
            "admin.vm.CurrentState",
            "admin.vm.Start",
            "admin.vm.Kill",
            "admin.vm.Shutdown",
            "admin.vm.Stats",
            "admin.pool.List",
            "admin.vm.feature.CheckWithTemplateAndAdminVM",
            "admin.Events",
            "internal.GetSystemInfo",
            "");

    @Provide
    Arbitrary<List<AdminCall>> calls() {
        Arbitrary<String> words = Arbitraries.of(
                "",
                "name",
                "relayvm",
                "label",
                "template",
                "qid",
                "uuid",
                "default_guivm",
                "red",
                "pink",
                "a",
                "b",
                "dom0",
                "uuid:00000000-0000-0000-0000-000000000000",
                "0xff00ff",
                "name=c label=red",
                "name=a label=red",
                "name=d label=red pool=x",
                "force+wait",
                "tag-created-vm-with",
                "internal",
                "100%");
        Arbitrary<String> text =
                Arbitraries.oneOf(words, words, words, Arbitraries.strings().ofMaxLength(100));
        return Combinators.combine(
                        Arbitraries.of(METHODS), text, Arbitraries.oneOf(Arbitraries.of("a", "b", "dom0"), text), text)
                .as((method, argument, destination, payload) -> new AdminCall(
                        QubeName.DOM0, method, argument, destination, payload.getBytes(StandardCharsets.UTF_8)))
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    @Property(tries = 100)
    void any_call_is_answered(@ForAll("calls") List<AdminCall> calls) throws Exception {
        Path directory = Files.createTempDirectory("admin");
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, new QubeName("a"), "red");
                draft.create(QubeType.RemoteVM, new QubeName("b"), "red");
                draft.setProperty(new QubeName("b"), "relayvm", "a");
            });
            AdminApi api = AdminApi.of(registry);
            for (AdminCall call : calls) {
                RegistrySnapshot before = registry.snapshot();
                AdminAnswer answer = api.handle(call);
                if (!(answer instanceof AdminAnswer.Ok)) {
                    assertThat(registry.snapshot()).isSameAs(before);
                }
                assertSendable(answer);
            }
        } finally {
            deleteAll(directory);
        }
    }

    private static void assertSendable(AdminAnswer answer) throws IOException {
        switch (answer) {
            case AdminAnswer.Ok ok ->
                assertThat(AdminWire.decodeAnswer(AdminWire.encode(ok)))
                        .isInstanceOfSatisfying(
                                AdminAnswer.Ok.class,
                                read -> assertThat(read.content()).isEqualTo(ok.content()));
            case AdminAnswer.Failure failure -> {
                assertThat(failure.message()).matches("[ -~…]+");
                assertThat(AdminWire.decodeAnswer(AdminWire.encode(failure))).isEqualTo(failure);
            }
            case AdminAnswer.Malformed malformed ->
                assertThat(malformed.reason()).matches("[ -~…]+");
            case AdminAnswer.Events events -> assertThat(events.events()).isNotNull();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
