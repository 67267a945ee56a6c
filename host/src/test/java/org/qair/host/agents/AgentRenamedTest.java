package org.qair.host.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.RegistryException;

/** A qube that is renamed while policy judges its agent's call. */
@Timeout(120)
class AgentRenamedTest {
    private static final QubeName BEFORE = new QubeName("a1");

    @TempDir
    Path directory;

    @Test
    void theCallIsRefusedAndNotRunUnderEitherName() throws Exception {
        CompletableFuture<String> abandoned = new CompletableFuture<>();
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, BEFORE, "red");
                draft.setProperty(BEFORE, "agent", "vchan");
            });
            VchanDirectory vchans = VchanDirectory.open(directory.resolve("v"));
            Switchboard renaming = call -> {
                assertThat(call.caller()).isEqualTo(BEFORE);
                try {
                    registry.change(draft -> draft.rename(BEFORE, new QubeName("a2")));
                } catch (RegistryException refused) {
                    throw new AssertionError(refused);
                }
                return new Abandoned(abandoned);
            };
            try (Agents agents = new Agents(registry, vchans, Duration.ofSeconds(30), Map.of())) {
                agents.start(renaming);
                try (PlayedAgent agent = PlayedAgent.start(vchans.of(1), 1)) {
                    assertThat(agent.ask("any", "test.Any").await()).isEmpty();
                }
            }
        }
        assertThat(abandoned.get(60, TimeUnit.SECONDS))
                .isEqualTo("the caller had another name by the time that its call was judged");
    }

    private record Abandoned(CompletableFuture<String> reason) implements AdmittedCall {
        @Override
        public CallId id() {
            return CallId.random();
        }

        @Override
        public int run(Streams streams) {
            throw new AssertionError("it is not run");
        }

        @Override
        public void abandon(String why) {
            reason.complete(why);
        }
    }
}
