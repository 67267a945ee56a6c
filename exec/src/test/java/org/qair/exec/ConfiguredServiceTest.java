package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.policy.ServiceName;

@Timeout(60)
class ConfiguredServiceTest {
    @TempDir
    Path directory;

    private TestServices services;

    @BeforeEach
    void makeServices() throws Exception {
        services = new TestServices(directory);
        services.script("svc", "echo ran");
    }

    @Test
    void refusesACallWhoseConfigurationIsBroken() throws Exception {
        services.config("svc", "wait-for-session = 01");
        assertThatThrownBy(() -> services.output("svc+arg"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageStartingWith(directory + "/rpc-config/svc:1: ");
    }

    @Test
    void takesTheConfigurationOfTheFullNameFirst() throws Exception {
        services.config("svc", "broken");
        services.config("svc+good", "wait-for-session = 0");
        assertThat(services.output("svc+good")).isEqualTo("ran\n");
        assertThatThrownBy(() -> services.output("svc+other")).hasMessageContaining("rpc-config/svc:1");
    }

    @Test
    void takesAnAbsentArgumentForAnEmptyOneInFileNames() throws Exception {
        services.script("svc+", "echo empty");
        assertThat(services.output("svc")).isEqualTo("empty\n");
        services.config("svc+", "broken");
        assertThatThrownBy(() -> services.output("svc")).hasMessageContaining("rpc-config/svc+:1");
    }

    @Test
    void searchesAllDirectoriesForTheFullNameFirst() throws Exception {
        Path second = Files.createDirectory(directory.resolve("second"));
        Files.writeString(second.resolve("svc+a"), "force-user = 'second'\n");
        services.config("svc", "force-user = 'first'");
        ConfigPath path = ConfigPath.parse(services.configDirectory() + "::" + second);
        assertThat(path.directories()).containsExactly(services.configDirectory(), second);
        assertThat(path.load(ServiceName.parse("svc+a")).forceUser()).contains("second");
        assertThat(path.load(ServiceName.parse("svc+b")).forceUser()).contains("first");
        assertThat(path.load(ServiceName.parse("other"))).isEqualTo(ServiceConfig.NONE);
    }

    @Test
    void refusesWhatCannotBeRead() throws Exception {
        services.config("svc+long", "#" + "x".repeat(4_095));
        assertThatThrownBy(() -> services.output("svc+long")).hasMessageContaining("more than 4096 bytes");
        services.config("svc+fits", "#" + "x".repeat(4_094));
        assertThat(services.output("svc+fits")).isEqualTo("ran\n");
        Files.createSymbolicLink(services.configDirectory().resolve("svc+dangling"), Path.of("/nonexistent"));
        assertThatThrownBy(() -> services.output("svc+dangling")).isInstanceOf(CallException.Failed.class);
        Files.createSymbolicLink(services.configDirectory().resolve("svc+null"), Path.of("/dev/null"));
        assertThatThrownBy(() -> services.output("svc+null")).hasMessageContaining("no file");
    }

    @Test
    void refusesWhenADirectoryOfThePathCannotBeSearched() throws Exception {
        Files.writeString(services.configDirectory(), "a file, no directory");
        assertThatThrownBy(() -> services.output("svc"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("is no directory");
        Files.delete(services.configDirectory());
        Files.createSymbolicLink(services.configDirectory(), Path.of("/dev/null/nothing"));
        assertThatThrownBy(() -> services.output("svc"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("cannot be looked at")
                .hasMessageContaining("Not a directory");
        Files.delete(services.configDirectory());
        Files.createSymbolicLink(services.configDirectory(), Path.of("absent/as/yet"));
        assertThat(services.output("svc")).isEqualTo("ran\n");
    }

    @Test
    void runsAProgramWhoseConfigurationSpeaksOfSockets() throws Exception {
        services.config("svc", "exit-on-client-eof=true", "exit-on-service-eof=true", "skip-service-descriptor=true");
        assertThat(services.output("svc")).isEqualTo("ran\n");
    }

    @Test
    void runsAsTheUserThatTheConfigurationForces() throws Exception {
        TestServices.requireRoot();
        services.script("who", "id -un");
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        services.config("who", "force-user = 'daemon'");
        assertThat(TestServices.output(services.files(), TestServices.call("who", Optional.of("nobody"))))
                .isEqualTo("daemon\n");
        services.config("who", "force-user = 'no-such-user'");
        assertThatThrownBy(() -> services.output("who")).hasMessageContaining("`no-such-user` is no Unix user");
    }

    @Test
    void hasTheServiceWhereThatCannotBeTold() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        FileService files = new FileService(ServiceSettings.of(
                new ServicePath(List.of(file)), new ConfigPath(List.of()), Optional.empty(), Map.of()));
        assertThat(files.has(TestServices.call("svc"))).isTrue();
        assertThat(services.files().has(TestServices.call("other"))).isFalse();
    }
}
