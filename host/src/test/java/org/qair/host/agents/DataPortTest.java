package org.qair.host.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.channel.DataPorts;
import org.qair.host.agents.PlayedAgent.Asked;
import org.qair.host.agents.PlayedAgent.Calling;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;
import org.qair.registry.Registry;

/** A port comes back when both sides have let go of it, and not before; whatever an agent says of ports that it does not have. */
@Timeout(120)
class DataPortTest {
    @TempDir
    Path directory;

    private Registry registry;
    private VchanDirectory vchans;
    private Agents agents;

    @BeforeEach
    void start() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, new QubeName("a1"), "red");
            draft.setProperty(new QubeName("a1"), "agent", "vchan");
        });
        vchans = VchanDirectory.open(directory.resolve("v"));
        agents = new Agents(registry, vchans, java.time.Duration.ofSeconds(30), java.util.Map.of());
        agents.start(new Echoing());
    }

    @AfterEach
    void stop() {
        agents.close();
        registry.close();
    }

    /** Allows all, and answers with exit code 7. */
    private static final class Echoing implements Switchboard {
        @Override
        public AdmittedCall admit(UncheckedCall call) {
            org.qair.call.CallId id = org.qair.call.CallId.random();
            return new AdmittedCall() {
                @Override
                public org.qair.call.CallId id() {
                    return id;
                }

                @Override
                public int run(Streams streams) {
                    return 7;
                }

                @Override
                public void abandon(String reason) {
                    throw new IllegalStateException(reason);
                }
            };
        }
    }

    private void awaitTaken(int count) throws Exception {
        while (agents.dataChannels() != count) {
            AgentRig.pause();
        }
    }

    @Test
    void twoHaveToLetGo() {
        DataPorts ports = new DataPorts();
        DataPort port = DataPort.ofTwo(ports);
        assertThat(port.number()).isEqualTo(513);
        port.letGo();
        assertThat(ports.taken(0)).isEqualTo(1);
        port.letGo();
        assertThat(ports.taken(0)).isZero();
    }

    @Test
    void theHostsEndAloneIsNotEnough() throws Exception {
        try (PlayedAgent a1 = PlayedAgent.start(vchans.of(1), 1)) {
            Asked asked = a1.ask("any", "test.Any");
            VchanAddress address = asked.await().orElseThrow();
            try (Calling call = a1.calling(address)) {
                assertThat(call.exitCode()).isEqualTo(7);
                call.channel.close();
                a1.send(new Message.ConnectionTerminated(new VchanAddress(0, address.port() + 1)));
                a1.send(new Message.ConnectionTerminated(new VchanAddress(9, address.port())));
                VchanAddress next =
                        a1.ask("any", "test.Any").await().orElseThrow(); // what was sent before has been taken
                assertThat(agents.dataChannels()).isEqualTo(2);
                try (Calling second = a1.calling(next)) {
                    assertThat(second.exitCode()).isEqualTo(7);
                }
            }
            awaitTaken(0);
            assertThat(a1.ask("any", "test.Any").await().orElseThrow().port())
                    .as("not again at once")
                    .isNotEqualTo(address.port());
        }
    }
}
