package org.qair.it;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** Arrows between rooms point downward only, packages have no circles, and the bottom knows nothing but the JDK. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.qair");

    @Test
    void arrowsPointDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("policy")
                .definedBy("org.qair.policy..")
                .layer("protocol")
                .definedBy("org.qair.protocol..")
                .layer("call")
                .definedBy("org.qair.call..")
                .layer("proof")
                .definedBy("org.qair.proof..")
                .layer("channel")
                .definedBy("org.qair.channel..")
                .layer("registry")
                .definedBy("org.qair.registry..")
                .layer("client")
                .definedBy("org.qair.client..")
                .layer("exec")
                .definedBy("org.qair.exec..")
                .layer("agent")
                .definedBy("org.qair.agent..")
                .layer("relay")
                .definedBy("org.qair.relay..")
                .layer("host")
                .definedBy("org.qair.host..")
                .layer("cli")
                .definedBy("org.qair.cli..")
                .whereLayer("policy")
                .mayNotAccessAnyLayer()
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("call")
                .mayOnlyAccessLayers("policy")
                .whereLayer("proof")
                .mayOnlyAccessLayers("policy", "call")
                .whereLayer("channel")
                .mayOnlyAccessLayers("policy", "protocol", "call")
                .whereLayer("registry")
                .mayOnlyAccessLayers("policy", "protocol", "call", "channel")
                .whereLayer("client")
                .mayOnlyAccessLayers("policy", "protocol", "call", "channel")
                .whereLayer("exec")
                .mayOnlyAccessLayers("policy", "call", "channel")
                .whereLayer("agent")
                .mayOnlyAccessLayers("policy", "protocol", "call", "channel", "exec")
                .whereLayer("relay")
                .mayOnlyAccessLayers("policy", "protocol", "call")
                .whereLayer("host")
                .mayOnlyAccessLayers("policy", "protocol", "call", "proof", "registry", "channel", "exec", "relay")
                .check(CLASSES);
    }

    @Test
    void roomsOfTheRelayKnowOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("keys")
                .definedBy("org.qair.relay.keys")
                .layer("stream")
                .definedBy("org.qair.relay.stream")
                .layer("openssh")
                .definedBy("org.qair.relay.openssh")
                .layer("socket")
                .definedBy("org.qair.relay.socket")
                .layer("peer")
                .definedBy("org.qair.relay.peer")
                .layer("connection")
                .definedBy("org.qair.relay.connection")
                .layer("incoming")
                .definedBy("org.qair.relay.incoming")
                .layer("reverse")
                .definedBy("org.qair.relay.reverse")
                .layer("transport")
                .definedBy("org.qair.relay")
                .layer("endpoint")
                .definedBy("org.qair.relay.endpoint")
                .whereLayer("keys")
                .mayNotAccessAnyLayer()
                .whereLayer("stream")
                .mayNotAccessAnyLayer()
                .whereLayer("openssh")
                .mayNotAccessAnyLayer()
                .whereLayer("socket")
                .mayNotAccessAnyLayer()
                .whereLayer("peer")
                .mayOnlyAccessLayers("keys", "openssh")
                .whereLayer("connection")
                .mayOnlyAccessLayers("keys", "stream", "socket", "peer")
                .whereLayer("incoming")
                .mayOnlyAccessLayers("stream", "socket")
                .whereLayer("reverse")
                .mayOnlyAccessLayers("stream", "peer", "connection", "incoming")
                .whereLayer("transport")
                .mayOnlyAccessLayers("stream", "socket", "peer", "connection", "incoming", "reverse")
                .whereLayer("endpoint")
                .mayOnlyAccessLayers("keys", "stream", "socket", "connection", "incoming", "transport")
                .check(CLASSES);
    }

    @Test
    void otherModulesUseTheRelayByItsDoors() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("org.qair.relay..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.qair.relay.stream", "org.qair.relay.socket", "org.qair.relay.openssh")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCircles() {
        slices().matching("org.qair.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theBottomKnowsTheJdkAlone() {
        ArchRuleDefinition.classes()
                .that()
                .resideInAnyPackage("org.qair.policy..", "org.qair.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.qair.policy..", "org.qair.protocol..", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theBottomDoesNoInputOrOutput() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage("org.qair.policy..", "org.qair.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                .check(CLASSES);
    }
}
