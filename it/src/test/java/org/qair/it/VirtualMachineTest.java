package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.agent.Agent;
import org.qair.agent.AgentSettings;
import org.qair.channel.SocketVchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.vsock.CallerBridge;
import org.qair.exec.ConfigPath;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.host.AdminAccess;
import org.qair.policy.QubeName;

/** A qube that is a virtual machine whose monitor has Unix sockets in the place of AF_VSOCK, and one whose agent has socket vchans. */
@Timeout(240)
class VirtualMachineTest {
    @TempDir
    Path directory;

    private static AgentSettings settings(Path guest, Monitor monitor) throws Exception {
        Path services = Files.createDirectories(guest.resolve("rpc"));
        Path vchans = Files.createDirectories(guest.resolve("vchan"));
        Files.writeString(
                services.resolve("test.Cat"), "#!/bin/sh\ncat; echo \"vm for $QREXEC_REMOTE_DOMAIN\"; exit 4\n");
        Files.setPosixFilePermissions(services.resolve("test.Cat"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return new AgentSettings(
                1,
                monitor.guest(),
                Optional.of(new CallerBridge(SocketVchan.in(vchans), monitor.guest(), 1)),
                Optional.of(new VchanLocation(1, vchans)),
                guest.resolve("qrexec-agent"),
                Optional.empty(),
                ServiceSettings.of(
                        new ServicePath(List.of(services)),
                        new ConfigPath(List.of(guest.resolve("rpc-config"))),
                        Optional.of(System.getProperty("user.name")),
                        Map.of()));
    }

    @Test
    void callsGoToItFromItAndThroughTheHostToAnotherAgent() throws Exception {
        Path socket = directory.resolve("v.sock");
        Path guest = Files.createDirectories(directory.resolve("guest"));
        try (AgentEstate estate = new AgentEstate(directory);
                Monitor monitor = new Monitor(socket, directory.resolve("ports"))) {
            estate.host.settings("[[agents.qube]]", "name = \"a1\"", "vsock-socket = \"" + socket + "\"");
            try (Agent agent = Agent.start(settings(guest, monitor))) {
                assertThat(agent).isNotNull();
                estate.host.start();
                estate.a2.start();
                estate.awaitAgents();
                into(estate);
                outOf(guest.resolve("qrexec-agent"));
            }
            estate.awaitState("a1", "gone");
        }
    }

    private static void into(AgentEstate estate) throws Exception {
        Finished called = estate.host.call("work", "to the machine".getBytes(UTF_8), "a1", "test.Cat");
        assertThat(called.stdout()).isEqualTo("to the machinevm for work\n");
        assertThat(called.exitCode()).isEqualTo(4);
        Finished fromAgent = estate.a2.call("from a2".getBytes(UTF_8), "a1", "test.Cat");
        assertThat(fromAgent.stdout()).isEqualTo("from a2vm for a2\n");
        assertThat(fromAgent.exitCode()).isEqualTo(4);
        assertThat(estate.ended().end().orElseThrow().exitCode())
                .as("seen by the host, which the bytes passed")
                .contains(4);
    }

    private static void outOf(Path trigger) throws Exception {
        List<String> client = List.of(Programs.client(), "--agent-socket=" + trigger, "--");
        Finished toHost = Programs.run(
                java.util.stream.Stream.concat(client.stream(), java.util.stream.Stream.of("work", "test.Cat"))
                        .toList(),
                "to the host".getBytes(UTF_8));
        assertThat(toHost.stdout()).isEqualTo("to the host");
        assertThat(toHost.stderr()).isEqualTo("host for a1\n");
        assertThat(toHost.exitCode()).isEqualTo(3);
        Finished toAgent = Programs.run(
                java.util.stream.Stream.concat(client.stream(), java.util.stream.Stream.of("a2", "test.Cat"))
                        .toList(),
                "to a2".getBytes(UTF_8));
        assertThat(toAgent.stdout()).isEqualTo("to a2");
        assertThat(toAgent.stderr()).isEqualTo("agent for a1\n");
        assertThat(toAgent.exitCode()).isEqualTo(5);
    }

    @Test
    void theQubeOfTheSettingsIsNotLookedForElsewhere() throws Exception {
        try (AgentEstate estate = new AgentEstate(directory)) {
            estate.host.settings("[[agents.qube]]", "name = \"a1\"", "vsock-cid = 4294967290");
            estate.host.start();
            Files.createDirectory(
                    estate.host.layout.vchans().resolve("q1")); // of the host's making for socket vchans alone
            estate.a1.start();
            estate.a2.start();
            estate.awaitState("a2", "connected");
            try (AdminAccess admin = AdminAccess.open(estate.host.layout)) {
                assertThat(admin.call("admin.vm.List", "", new QubeName("a1"), ""))
                        .endsWith(" agent=waiting\n");
            }
        }
    }
}
