package org.qair.host.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.PlainStreams;
import org.qair.call.Service;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.host.agents.PlayedAgent.Asked;
import org.qair.host.agents.PlayedAgent.Calling;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.protocol.VchanAddress;
import org.qair.registry.Registry;

/** Agents that ask for more than is decided, and such that take nothing. The switchboard is the test's, so that it can be slow. */
@Timeout(120)
class AgentFloodTest {
    @TempDir
    Path directory;

    private Registry registry;
    private VchanDirectory vchans;
    private Agents agents;
    private final CountDownLatch decision = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger withdrawn = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            for (String name : List.of("a1", "a2")) {
                draft.create(QubeType.AppVM, new QubeName(name), "red");
                draft.setProperty(new QubeName(name), "agent", "vchan");
            }
        });
        vchans = VchanDirectory.open(directory.resolve("v"));
        agents = new Agents(registry, vchans, Duration.ofSeconds(30), java.util.Map.of());
        agents.start(new SlowSwitchboard());
    }

    @AfterEach
    void stop() {
        agents.close();
        registry.close();
    }

    /** Decides on calls to `slow` when the test says so; those to `broken` fail, and all else is refused. */
    private final class SlowSwitchboard implements Switchboard {
        @Override
        public AdmittedCall admit(UncheckedCall call) throws CallException, InterruptedException {
            if (call.target().equals("slow")) {
                waiting.incrementAndGet();
                try {
                    decision.await();
                } catch (InterruptedException taken) {
                    withdrawn.incrementAndGet();
                    throw taken;
                }
            }
            if (call.target().equals("broken")) {
                throw new CallException.Failed("it is");
            }
            throw new CallException.Refused("all are");
        }
    }

    private PlayedAgent agent(int qid) throws Exception {
        return PlayedAgent.start(vchans.of(qid), qid);
    }

    @Test
    void whatOneAgentHasWaitingIsBoundedAndHarmsNoOther() throws Exception {
        try (PlayedAgent a1 = agent(1);
                PlayedAgent a2 = agent(2)) {
            List<Asked> asked = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                asked.add(a1.ask("slow", "test.Any"));
            }
            assertThat(asked.getLast().await())
                    .as("refused while the first wait")
                    .isEmpty();
            assertThat(waiting.get()).isBetween(500, 1_024);
            assertThat(a2.ask("fast", "test.Any").await()).isEmpty();
            decision.countDown();
            for (Asked one : asked) {
                assertThat(one.await()).isEmpty();
            }
            assertThat(a1.ask("slow", "test.Any").await())
                    .as("there is room again")
                    .isEmpty();
            assertThat(waiting.get()).isBetween(500, 1_100);
        }
    }

    @Test
    void callsThatFailedAndNobodyHearsOfAreBoundedToo() throws Exception {
        try (PlayedAgent a1 = agent(1)) {
            List<Asked> asked = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                asked.add(a1.ask("broken", "test.Any"));
            }
            VchanAddress first = asked.getFirst().await().orElseThrow();
            assertThat(asked.getLast().await()).isEmpty();
            assertThat(agents.dataChannels()).isBetween(500, 1_024);
            try (Calling call = a1.calling(first)) {
                assertThat(call.exitCode()).isEqualTo(125);
            }
        }
    }

    @Test
    void longRequestsTakeMoreOfTheRoom() throws Exception {
        try (PlayedAgent a1 = agent(1)) {
            List<Asked> asked = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                asked.add(a1.ask("slow", "test.Any+" + "x".repeat(64_000)));
            }
            assertThat(asked.getLast().await()).isEmpty();
            assertThat(waiting.get()).isBetween(10, 64);
            decision.countDown();
        }
    }

    @Test
    void whatAnAgentAskedIsWithdrawnWhenItGoes() throws Exception {
        PlayedAgent a1 = agent(1);
        for (int i = 0; i < 10; i++) {
            Asked ignored = a1.ask("slow", "test.Any");
        }
        while (waiting.get() < 10) {
            AgentRig.pause();
        }
        a1.close();
        while (withdrawn.get() < 10) {
            AgentRig.pause();
        }
    }

    private static Call call(String argument) {
        return new Call(
                CallId.random(),
                new QubeName("a2"),
                Optional.empty(),
                new org.qair.policy.RequestedTarget.Named(new QubeName("a1")),
                new QubeName("a1"),
                org.qair.policy.ServiceName.parse("test.Any+" + argument),
                Optional.empty());
    }

    @Test
    void anAgentThatReadsNothingIsGivenUp() throws Exception {
        try (RawAgent deaf = RawAgent.control(vchans.of(1), 1, 4)) {
            assertThat(deaf.channel.isOpen()).isTrue();
            Service a1 = agents.find(new QubeName("a1")).orElseThrow();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                callers.add(Thread.ofVirtual().start(() -> run(a1)));
            }
            while (registry.snapshot().find(new QubeName("a1")).orElseThrow().agentState()
                    != org.qair.registry.AgentState.GONE) {
                AgentRig.pause();
            }
            callers.forEach(Thread::interrupt);
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertThat(agents.dataChannels()).as("every port is free again").isZero();
        try (var left = Files.list(vchans.of(1))) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("vchan.")))
                    .isEmpty();
        }
    }

    private static void run(Service service) {
        try {
            int ignored = service.run(call("x".repeat(60_000)), PlainStreams.none());
        } catch (CallException | InterruptedException cutOff) {
            // as the test wants it
        }
    }
}
