package org.qair.host.agents;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.qair.host.agents.RawAgent.field;
import static org.qair.host.agents.RawAgent.hex;
import static org.qair.host.agents.RawAgent.u32;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.host.AdminAccess;
import org.qair.host.agents.PlayedAgent.Calling;
import org.qair.policy.QubeName;

/** The host's wire towards agents, byte by byte, as the field's agents speak protocols 2, 3 and 4. */
@Timeout(120)
class AgentWireTest {
    @TempDir
    Path directory;

    private AgentRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory);
        rig.service("test.Cat", "cat");
        rig.start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** The request for test.Cat in work, in the form of a protocol. */
    private static String request(int protocol, String ident) {
        String service = hex("test.Cat") + "00";
        return switch (protocol) {
            case 2 -> "10020000 80000000" + field("test.Cat", 64) + field("work", 32) + field(ident, 32);
            case 3 -> "12020000" + u32(96 + 9) + field("work", 64) + field(ident, 32) + service;
            default -> "13020000" + u32(160 + 9) + field("", 64) + field("work", 64) + field(ident, 32) + service;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aCallerBehindAnAgentOfEachProtocol(int protocol) throws Exception {
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, protocol)) {
            agent.send(request(protocol, "SOCKET11"));
            agent.expect("02020000 28000000 00000000");
            int port = agent.number();
            agent.expect(field("SOCKET11", 32));
            try (RawAgent data = RawAgent.serve(rig.directory(1), 1, 0, port)) {
                data.send("00030000 04000000 %02x000000".formatted(protocol));
                data.expect("00030000 04000000 04000000");
                int size = protocol == 2 ? 4096 : 65536;
                String chunk = "5a".repeat(size);
                data.send("90010000" + u32(size) + chunk + "90010000 00000000");
                assertThat(receiveStdout(data, size)).isEqualTo(chunk);
                data.expect("93010000 04000000 00000000");
            }
            agent.send("11020000 08000000 00000000" + u32(port));
        }
    }

    /** All up to the ends of both outputs, in frames that are not too long; the end of the silent one may come at any time. */
    private static String receiveStdout(RawAgent data, int longest) throws Exception {
        StringBuilder all = new StringBuilder();
        Set<String> open = new HashSet<>(Set.of("91010000", "92010000"));
        while (!open.isEmpty()) {
            String type = data.receive(4);
            int length = data.number();
            assertThat(open).contains(type);
            if (length == 0) {
                open.remove(type);
            } else {
                assertThat(type).isEqualTo("91010000");
                assertThat(length).isBetween(1, longest);
                all.append(data.receive(length));
            }
        }
        return all.toString();
    }

    @Test
    void aServiceBehindAnAgentAsTheFieldsDaemonCallsIt() throws Exception {
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4);
                PlayedAgent a2 = rig.agent(2)) {
            rig.awaitBoth();
            PlayedAgent.Asked asked = a2.ask("a1", "test.Echo+arg");
            String command = hex("DEFAULT:QUBESRPC test.Echo+arg a2") + "00";
            var address = asked.await().orElseThrow();
            try (Calling call = startAnswering(a2, address, agent, command)) {
                assertThat(call.exitCode()).isEqualTo(5);
            }
        }
    }

    /** What its daemon does; the word DEFAULT would be taken for a name. */
    @Test
    void anAgentOfTheFieldIsToldAUserByName() throws Exception {
        try (RawAgent agent = RawAgent.controlOfTheFields(rig.directory(1), 1, 3);
                PlayedAgent a2 = rig.agent(2)) {
            rig.awaitBoth();
            assertThat(userToldTo(agent, a2)).isEqualTo(ownOrUser());
            rig.setDefaultUser("a1", "bob");
            assertThat(userToldTo(agent, a2)).isEqualTo("bob");
        }
    }

    /** The children that a killed agent of the field has forked hold its end of the control channel open. */
    @Test
    void anAgentThatIsStartedAgainIsFoundThoughTheOldChannelIsOpen() throws Exception {
        try (RawAgent killed = RawAgent.controlOfTheFields(rig.directory(1), 1, 3);
                PlayedAgent a2 = rig.agent(2)) {
            rig.awaitBoth();
            try (RawAgent next = RawAgent.controlOfTheFields(rig.directory(1), 1, 3)) {
                killed.awaitEnd();
                rig.awaitBoth();
                assertThat(userToldTo(next, a2)).isEqualTo(ownOrUser());
            }
        }
    }

    @Test
    void theUserThatIsSetForAQubeIsToldToAnyAgent() throws Exception {
        rig.setDefaultUser("a1", "bob");
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4);
                PlayedAgent a2 = rig.agent(2)) {
            rig.awaitBoth();
            assertThat(userToldTo(agent, a2)).isEqualTo("bob");
            rig.setDefaultUser("a1", "");
            assertThat(userToldTo(agent, a2)).isEqualTo("DEFAULT");
        }
    }

    @Test
    void theUserOfItsTemplateCountsWhereTheQubeHasNone() throws Exception {
        try (AdminAccess admin = AdminAccess.open(rig.layout)) {
            admin.call("admin.vm.Create.TemplateVM", "", QubeName.DOM0, "name=base label=black");
            admin.call("admin.vm.property.Set", "template", new QubeName("a1"), "base");
        }
        rig.setDefaultUser("base", "carol");
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4);
                PlayedAgent a2 = rig.agent(2)) {
            rig.awaitBoth();
            assertThat(userToldTo(agent, a2)).isEqualTo("carol");
            rig.setDefaultUser("a1", "bob");
            assertThat(userToldTo(agent, a2)).isEqualTo("bob");
        }
    }

    /** This process's user; for root the field's, if it is an account here. */
    private static String ownOrUser() throws Exception {
        String own = System.getProperty("user.name", "");
        UserPrincipalLookupService accounts = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            return own.equals("root") ? accounts.lookupPrincipalByName("user").getName() : own;
        } catch (UserPrincipalNotFoundException none) {
            return own;
        }
    }

    /** Calls that agent from another, whose caller goes away once it was told of the call. */
    private String userToldTo(RawAgent agent, PlayedAgent caller) throws Exception {
        var address = caller.ask("a1", "test.Echo").await().orElseThrow();
        try (Vchan.Listener listens = SocketVchan.listen(rig.directory(2), 2, 1, address.port())) {
            assertThat(listens).isNotNull();
            agent.expect("00020000");
            int length = agent.number();
            agent.expect("02000000" + u32(address.port()));
            String command = new String(HexFormat.of().parseHex(agent.receive(length - 8)), US_ASCII);
            assertThat(command).endsWith(":QUBESRPC test.Echo a2\0");
            agent.send("11020000 08000000 02000000" + u32(address.port()));
            return command.substring(0, command.indexOf(':'));
        }
    }

    private Calling startAnswering(
            PlayedAgent caller, org.qair.protocol.VchanAddress address, RawAgent agent, String command)
            throws Exception {
        Thread.ofVirtual().start(() -> answer(address.port(), agent, command));
        return caller.calling(address);
    }

    private void answer(int port, RawAgent agent, String command) {
        try {
            agent.expect("00020000" + u32(8 + command.length() / 2) + "02000000" + u32(port) + command);
            try (var channel = org.qair.channel.SocketVchan.connect(
                    org.qair.channel.SocketVchan.path(rig.directory(1), 2, 1, port), PlayedAgent.LONG)) {
                var bytes = java.nio.ByteBuffer.wrap(java.util.HexFormat.of()
                        .parseHex("000300000400000004000000" + "9101000000000000" + "9301000004000000" + "05000000"));
                org.qair.channel.unix.Bytes.writeFully(channel, bytes);
                var hello = java.nio.ByteBuffer.allocate(12);
                assertThat(org.qair.channel.unix.Bytes.readFully(channel, hello))
                        .isTrue();
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aRefusalBearsTheIdentOfItsRequest() throws Exception {
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 3)) {
            agent.send(request(3, "a-z_0. 9").replace(hex("test.Cat"), hex("test.Bad")));
            agent.expect("03020000 20000000" + field("a-z_0. 9", 32));
        }
    }

    /** Each ends the control channel that it came by; the next one, and other agents, are served. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff0f0000 00000000", // no such message
                "13020000 ffffff7f", // much too long
                "13020000 00000000", // too short
                "12020000 60000000", // no service
                "93010000 04000000 00000000", // belongs on a data channel
                "90010000 00000000",
                "03020000 20000000 0000000000000000000000000000000000000000000000000000000000000000", // the daemon's
                // own
                "11020000 08000000 000000000000ffff", // no port has that number
                "11020000 09000000",
            })
    void aBrokenMessageEndsItsControlChannelAlone(String message) throws Exception {
        try (PlayedAgent a2 = rig.agent(2)) {
            a2.awaitHost();
            try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4)) {
                agent.send(request(4, "first"));
                agent.receive(8 + 40);
                agent.send(message);
                agent.awaitEnd();
            }
            try (Calling call = a2.call("work", "test.Cat")) {
                assertThat(call.exchange(new byte[] {1, 2})).containsExactly(1, 2);
            }
            try (RawAgent again = RawAgent.control(rig.directory(1), 1, 4)) {
                again.send(request(4, "again"));
                again.expect("02020000 28000000");
            }
        }
    }

    @Test
    void anIdentThatIsNoneAndTextAfterANulAreBroken() throws Exception {
        for (String broken : new String[] {
            request(4, "x").replace(field("x", 32), field("../x", 32)),
            request(4, "x").replace(field("x", 32), field("x", 31) + "41"),
            request(4, "x").replace(field("work", 64), "41".repeat(64)),
            request(4, "x").replace(hex("test.Cat") + "00", hex("test.Cat") + "41"),
            request(4, "x").replace(hex("test.Cat") + "00", hex("test") + "00" + hex("Cat") + "00"),
            request(2, "x"), // not of a peer that speaks 4
        }) {
            try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4)) {
                agent.send(broken);
                agent.awaitEnd();
            }
        }
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 3)) {
            agent.send(request(4, "x"));
            agent.awaitEnd();
        }
    }

    @Test
    void anAgentThatSpeaksNoProtocolIsNotServed() throws Exception {
        try (RawAgent agent = RawAgent.serve(rig.directory(1), 1, 0, 512)) {
            agent.send("00030000 04000000 01000000");
            agent.awaitEnd();
        }
        try (RawAgent agent = RawAgent.control(rig.directory(1), 1, 4)) {
            agent.send(request(4, "x"));
            agent.expect("02020000 28000000");
        }
    }
}
