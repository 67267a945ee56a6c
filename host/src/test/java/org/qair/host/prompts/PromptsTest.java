package org.qair.host.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.testing.SettableClock;

@Timeout(60)
class PromptsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Object NO_SESSION = new Object();

    private final SettableClock clock = new SettableClock(Instant.parse("2026-06-01T12:00:00Z"));
    private final AtomicReference<GuiAgent> gui = new AtomicReference<>(GuiAgent.NONE);
    private final List<Asking> order = new ArrayList<>(List.of(Asking.TERMINAL));
    private final List<Thread> callers = new ArrayList<>();
    private Prompts prompts = prompts(LONG, LONG);

    private Prompts prompts(Duration timeout, Duration unattended) {
        PromptSettings settings = new PromptSettings(order, timeout, unattended, Duration.ofSeconds(1), List.of());
        return new Prompts(settings, question -> gui.get().ask(question), clock);
    }

    @AfterEach
    void close() throws Exception {
        prompts.close();
        for (Thread caller : callers) {
            caller.join();
        }
    }

    /** A person's program, which notes what it is shown. */
    private static final class Screen implements Watcher {
        private final Asking way;
        final BlockingQueue<Shown> shown = new LinkedBlockingQueue<>();
        final CompletableFuture<Shown> first = new CompletableFuture<>();
        final BlockingQueue<Integer> gone = new LinkedBlockingQueue<>();

        Screen(Asking way) {
            this.way = way;
        }

        @Override
        public Asking way() {
            return way;
        }

        @Override
        public void show(Shown prompt) {
            shown.add(prompt);
            first.complete(prompt);
        }

        @Override
        public void gone(int id) {
            gone.add(id);
        }

        Shown next() throws InterruptedException {
            Shown prompt = shown.poll(30, TimeUnit.SECONDS);
            assertThat(prompt).as("a prompt").isNotNull();
            return prompt;
        }

        /** Skips to the one in which so many calls wait. */
        Shown nextWith(int calls) throws InterruptedException {
            Shown prompt = next();
            while (prompt.calls() != calls) {
                prompt = next();
            }
            return prompt;
        }
    }

    private static Question question(String source, String service) {
        return new Question(
                new QubeName(source),
                Optional.empty(),
                Optional.empty(),
                ServiceName.parse(service),
                List.of("work", "play"),
                Optional.of("work"),
                Optional.of("30.policy:7"));
    }

    private CompletableFuture<Outcome> ask(Question question) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        callers.add(Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(prompts.ask(question));
            } catch (InterruptedException withdrawn) {
                outcome.completeExceptionally(withdrawn);
            }
        }));
        return outcome;
    }

    private static Outcome result(CompletableFuture<Outcome> outcome) throws Exception {
        return outcome.get(30, TimeUnit.SECONDS);
    }

    private void allow(int id, int calls, Term term, Object session) throws PromptException {
        clock.pass(Duration.ofSeconds(1));
        prompts.answer(id, new Answer.Allow("work", calls, term), "alice", session);
    }

    @Test
    void aPersonAllowsOneTarget() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc+arg"));
        Shown shown = screen.next();
        assertThat(shown.question().targets()).containsExactly("play", "work");
        allow(shown.id(), 1, new Term.Once(), NO_SESSION);
        assertThat(result(call)).isEqualTo(new Outcome.Allowed("work", "alice"));
        assertThat(screen.gone.poll(30, TimeUnit.SECONDS)).isEqualTo(shown.id());
        assertThat(prompts.waiting()).isEmpty();
        assertThat(prompts.grants()).isEmpty();
    }

    @Test
    void aPersonDenies() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        prompts.answer(screen.next().id(), new Answer.Deny(), "alice", NO_SESSION);
        assertThat(result(call)).isEqualTo(new Outcome.Denied("alice"));
    }

    @Test
    void nothingIsAcceptedInItsFirstSecond() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        int id = screen.next().id();
        clock.pass(Duration.ofMillis(999));
        Answer yes = new Answer.Allow("work", 1, new Term.Once());
        assertThatThrownBy(() -> prompts.answer(id, yes, "alice", NO_SESSION))
                .isInstanceOf(PromptException.class)
                .hasMessageContaining("shown for 1000 ms");
        assertThat(call).isNotDone();
        clock.pass(Duration.ofMillis(1));
        prompts.answer(id, yes, "alice", NO_SESSION);
        assertThat(result(call)).isInstanceOf(Outcome.Allowed.class);
    }

    @Test
    void whatWasNotOfferedCannotBeChosen() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        int id = screen.next().id();
        clock.pass(Duration.ofSeconds(2));
        assertThatThrownBy(() -> prompts.answer(id, new Answer.Allow("vault", 1, new Term.Once()), "alice", NO_SESSION))
                .hasMessage("`vault` is not among the targets of prompt %d: [play, work]".formatted(id));
        assertThat(call).isNotDone();
    }

    @Test
    void anAnswerThatComesTooLateIsTold() {
        assertThatThrownBy(() -> prompts.answer(7, new Answer.Deny(), "alice", NO_SESSION))
                .hasMessage("there is no prompt 7: it was answered or withdrawn, or waited too long");
    }

    @Test
    void equalQuestionsAreOnePromptAndYesIsForThoseThatWereSeen() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        List<CompletableFuture<Outcome>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(ask(question("vm1", "svc")));
        }
        Shown three = screen.nextWith(3);
        calls.add(ask(question("vm1", "svc")));
        screen.nextWith(4);
        allow(three.id(), 3, new Term.Once(), NO_SESSION);
        Shown rest = screen.nextWith(1);
        assertThat(rest.id()).isEqualTo(three.id());
        assertThat(calls.stream().filter(CompletableFuture::isDone).count()).isLessThanOrEqualTo(3);
        assertThatThrownBy(() ->
                        prompts.answer(rest.id(), new Answer.Allow("work", 1, new Term.Once()), "alice", NO_SESSION))
                .hasMessageContaining("read it, then answer again");
        prompts.answer(rest.id(), new Answer.Deny(), "alice", NO_SESSION);
        List<Outcome> outcomes = new ArrayList<>();
        for (CompletableFuture<Outcome> call : calls) {
            outcomes.add(result(call));
        }
        assertThat(outcomes).filteredOn(Outcome.Allowed.class::isInstance).hasSize(3);
        assertThat(outcomes).filteredOn(Outcome.Denied.class::isInstance).hasSize(1);
    }

    @Test
    void oneSourcesFloodLeavesRoomForOthers() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        for (int i = 0; i < Prompts.MAX_PER_SOURCE; i++) {
            var waits = ask(question("flood", "svc+" + i));
            assertThat(waits).isNotNull();
            screen.next();
        }
        assertThat(result(ask(question("flood", "svc+more"))))
                .isEqualTo(new Outcome.Unanswered("4 prompts of `flood` wait for an answer already"));
        for (int i = Prompts.MAX_PER_SOURCE; i < Prompts.MAX_CALLS_PER_SOURCE; i++) {
            var waits = ask(question("flood", "svc+0"));
            assertThat(waits).isNotNull();
            screen.next();
        }
        assertThat(result(ask(question("flood", "svc+0"))))
                .isEqualTo(new Outcome.Unanswered("64 calls of `flood` wait for an answer already"));
        var other = ask(question("vm1", "svc"));
        assertThat(other).isNotNull();
        assertThat(screen.next().question().source()).isEqualTo(new QubeName("vm1"));
    }

    @Test
    void aWithdrawnCallTakesItsPromptAway() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        int id = screen.next().id();
        callers.getFirst().interrupt();
        assertThatThrownBy(() -> result(call)).hasCauseInstanceOf(InterruptedException.class);
        assertThat(screen.gone.poll(30, TimeUnit.SECONDS)).isEqualTo(id);
    }

    @Test
    void whenNobodyAnswersTheCallIsRefused() throws Exception {
        prompts.close();
        prompts = prompts(Duration.ofMillis(50), LONG);
        prompts.watch(new Screen(Asking.TERMINAL));
        assertThat(result(ask(question("vm1", "svc"))))
                .isEqualTo(new Outcome.Unanswered("nobody has answered within 0 s"));
    }

    @Test
    void whenNobodyIsThereTheCallIsRefusedSooner() throws Exception {
        prompts.close();
        prompts = prompts(LONG, Duration.ofMillis(50));
        assertThat(result(ask(question("vm1", "svc"))))
                .isEqualTo(new Outcome.Unanswered("nobody can be asked: let `qair prompts` run somewhere"));
    }

    @Test
    void whoeverComesToLookWhileItWaitsIsAsked() throws Exception {
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        prompts.answer(screen.next().id(), new Answer.Deny(), "alice", NO_SESSION);
        assertThat(result(call)).isEqualTo(new Outcome.Denied("alice"));
    }

    @Test
    void theOrderOfTheSettingsDecidesWhoIsAsked() throws Exception {
        order.clear();
        order.addAll(List.of(Asking.DESKTOP, Asking.TERMINAL));
        prompts.close();
        prompts = prompts(LONG, LONG);
        Screen terminal = new Screen(Asking.TERMINAL);
        Screen desktop = new Screen(Asking.DESKTOP);
        prompts.watch(terminal);
        prompts.watch(desktop);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        assertThat(desktop.next()).isNotNull();
        assertThat(terminal.shown).isEmpty();
        prompts.unwatch(desktop);
        prompts.answer(terminal.next().id(), new Answer.Deny(), "alice", NO_SESSION);
        assertThat(result(call)).isInstanceOf(Outcome.Denied.class);
    }

    @Test
    void theGuiQubesAgentAnswers() throws Exception {
        askTheGuiQubeFirst();
        gui.set(question -> Optional.of(new Answer.Allow("work", 1, new Term.Once())));
        assertThat(result(ask(question("vm1", "svc"))))
                .isEqualTo(new Outcome.Allowed("work", "somebody at the GUI qube"));
    }

    @Test
    void anAgentThatChoosesWhatWasNotOfferedIsNotBelieved() throws Exception {
        askTheGuiQubeFirst();
        gui.set(question -> Optional.of(new Answer.Allow("vault", 1, new Term.Once())));
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        prompts.answer(screen.next().id(), new Answer.Deny(), "alice", NO_SESSION);
        assertThat(result(call)).isInstanceOf(Outcome.Denied.class);
    }

    @Test
    void anAgentThatIsAskedIsInterruptedWhenSomebodyElseAnswers() throws Exception {
        askTheGuiQubeFirst();
        CompletableFuture<String> agent = new CompletableFuture<>();
        CompletableFuture<String> asked = new CompletableFuture<>();
        gui.set(question -> {
            asked.complete("asked");
            try {
                Thread.sleep(LONG);
            } catch (InterruptedException withdrawn) {
                agent.complete("withdrawn");
                throw withdrawn;
            }
            return Optional.empty();
        });
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        asked.get(30, TimeUnit.SECONDS);
        prompts.answer(prompts.waiting().getFirst().id(), new Answer.Deny(), "alice", NO_SESSION);
        assertThat(result(call)).isInstanceOf(Outcome.Denied.class);
        assertThat(agent.get(30, TimeUnit.SECONDS)).isEqualTo("withdrawn");
    }

    private void askTheGuiQubeFirst() {
        order.addFirst(Asking.GUI);
        prompts.close();
        prompts = prompts(LONG, LONG);
    }

    private Grant grant(Term term, Object session) throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question("vm1", "svc"));
        allow(screen.next().id(), 1, term, session);
        assertThat(result(call)).isInstanceOf(Outcome.Allowed.class);
        prompts.unwatch(screen);
        return prompts.grants().getFirst();
    }

    /** Whether a call is allowed before anybody is asked. */
    private boolean standsFor(Question question) throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> call = ask(question);
        Object first = CompletableFuture.anyOf(call, screen.first).get(30, TimeUnit.SECONDS);
        callers.getLast().interrupt();
        callers.getLast().join();
        prompts.unwatch(screen);
        return first instanceof Outcome.Allowed;
    }

    @Test
    void aGrantForATimeEndsWithIt() throws Exception {
        Grant grant = grant(new Term.For(Duration.ofMinutes(10)), NO_SESSION);
        assertThat(grant.by()).isEqualTo("alice");
        assertThat(standsFor(question("vm1", "svc"))).isTrue();
        clock.pass(Duration.ofMinutes(10));
        assertThat(standsFor(question("vm1", "svc"))).isFalse();
        assertThat(prompts.grants()).isEmpty();
    }

    @Test
    void aGrantForCallsCountsThem() throws Exception {
        Grant grant = grant(new Term.Calls(3), NO_SESSION);
        assertThat(grant.callsLeft()).hasValue(2);
        assertThat(standsFor(question("vm1", "svc"))).isTrue();
        assertThat(standsFor(question("vm1", "svc"))).isTrue();
        assertThat(standsFor(question("vm1", "svc"))).isFalse();
    }

    @Test
    void aGrantForASessionEndsWithWhoeverGaveIt() throws Exception {
        Screen giver = new Screen(Asking.DESKTOP);
        prompts.watch(giver);
        grant(new Term.Session(), giver);
        assertThat(standsFor(question("vm1", "svc"))).isTrue();
        prompts.unwatch(giver);
        assertThat(standsFor(question("vm1", "svc"))).isFalse();
    }

    @Test
    void aGrantIsTakenBack() throws Exception {
        Grant grant = grant(new Term.For(Duration.ofHours(1)), NO_SESSION);
        assertThat(prompts.revoke(grant.id())).isTrue();
        assertThat(prompts.revoke(grant.id())).isFalse();
        assertThat(standsFor(question("vm1", "svc"))).isFalse();
    }

    @Test
    void aGrantIsNarrowerThanItsRule() throws Exception {
        grant(new Term.For(Duration.ofHours(1)), NO_SESSION);
        assertThat(standsFor(question("vm2", "svc"))).isFalse();
        assertThat(standsFor(question("vm1", "svc+arg"))).isFalse();
        assertThat(standsFor(question("vm1", "svc+"))).isFalse();
        Question relayed = new Question(
                new QubeName("vm1"),
                Optional.of(new QubeName("relay")),
                Optional.of("relay"),
                ServiceName.parse("svc"),
                List.of("work", "play"),
                Optional.of("work"),
                Optional.of("30.policy:7"));
        assertThat(standsFor(relayed)).isFalse();
        assertThat(standsFor(question("vm1", "svc"))).isTrue();
    }

    @Test
    void aGrantCoversCallsThatWaitAlready() throws Exception {
        Screen screen = new Screen(Asking.TERMINAL);
        prompts.watch(screen);
        CompletableFuture<Outcome> one = ask(question("vm1", "svc"));
        Shown shown = screen.nextWith(1);
        CompletableFuture<Outcome> two = ask(question("vm1", "svc"));
        screen.nextWith(2);
        allow(shown.id(), 1, new Term.Calls(2), NO_SESSION);
        assertThat(List.of(result(one), result(two))).allMatch(Outcome.Allowed.class::isInstance);
        assertThat(prompts.grants()).isEmpty();
    }

    @Test
    void aTermOutsideItsLimitsIsNone() {
        assertThatThrownBy(() -> new Term.For(Duration.ofDays(2))).hasMessageContaining("24 hours");
        assertThatThrownBy(() -> new Term.Calls(0)).hasMessageContaining("1 to 10000");
    }
}
