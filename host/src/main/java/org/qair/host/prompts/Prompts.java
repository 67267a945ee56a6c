package org.qair.host.prompts;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.policy.QubeName;

/**
 * The prompts of a host: calls wait in {@link #ask} until a person has answered, a grant fits, time is up, or the call is
 * withdrawn. Calls with equal questions wait for one prompt; one source has at most {@link #MAX_PER_SOURCE} prompts and
 * {@link #MAX_CALLS_PER_SOURCE} waiting calls, whatever other sources do. Safe for use by many threads.
 */
public final class Prompts implements AutoCloseable {
    /** Different questions of one source at once. */
    public static final int MAX_PER_SOURCE = 4;

    /** Calls of one source that wait at once. */
    public static final int MAX_CALLS_PER_SOURCE = 64;

    private final PromptSettings settings;
    private final GuiAgent gui;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Question, Prompt> prompts = new LinkedHashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final Grants grants;
    private int last;
    private boolean closed;

    public Prompts(PromptSettings settings, GuiAgent gui, Clock clock) {
        this.settings = settings;
        this.gui = gui;
        this.clock = clock;
        this.grants = new Grants(clock);
    }

    /**
     * Asks about one call.
     *
     * @throws InterruptedException when the call was withdrawn
     */
    public Outcome ask(Question question) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Grant> grant = grants.use(question);
            if (grant.isPresent()) {
                return allowedBy(grant.get());
            }
            if (closed) {
                return new Outcome.Unanswered("the host stops");
            }
            Optional<String> flood = flood(question);
            if (flood.isPresent()) {
                return new Outcome.Unanswered(flood.get());
            }
            return await(question);
        } finally {
            lock.unlock();
        }
    }

    private Optional<String> flood(Question question) {
        QubeName source = question.source();
        List<Prompt> ofSource = prompts.values().stream()
                .filter(prompt -> prompt.question().source().equals(source))
                .toList();
        int calls =
                ofSource.stream().mapToInt(prompt -> prompt.waiting().size()).sum();
        if (calls >= MAX_CALLS_PER_SOURCE) {
            return Optional.of("%d calls of `%s` wait for an answer already".formatted(calls, source));
        }
        if (!prompts.containsKey(question) && ofSource.size() >= MAX_PER_SOURCE) {
            return Optional.of("%d prompts of `%s` wait for an answer already".formatted(ofSource.size(), source));
        }
        return Optional.empty();
    }

    private Outcome await(Question question) throws InterruptedException {
        Prompt.Ticket ticket = new Prompt.Ticket();
        Prompt prompt = join(question, ticket);
        try {
            long left = settings.timeout().toNanos();
            while (ticket.outcome().isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return ticket.outcome()
                    .orElseGet(() -> new Outcome.Unanswered("nobody has answered within %d s"
                            .formatted(settings.timeout().toSeconds())));
        } finally {
            leave(prompt, ticket);
        }
    }

    private Prompt join(Question question, Prompt.Ticket ticket) {
        Prompt known = prompts.get(question);
        if (known != null) {
            known.waiting().add(ticket);
            tellAudience(known);
            return known;
        }
        Prompt made = new Prompt(++last, question, clock.instant());
        made.waiting().add(ticket);
        prompts.put(question, made);
        offer(made);
        return made;
    }

    private void leave(Prompt prompt, Prompt.Ticket ticket) {
        if (prompt.waiting().remove(ticket)) {
            if (prompt.waiting().isEmpty()) {
                end(prompt);
            } else {
                tellAudience(prompt);
            }
        }
    }

    private void end(Prompt prompt) {
        if (prompts.remove(prompt.question(), prompt)) {
            prompt.stopAsking();
            watchers.forEach(watcher -> watcher.gone(prompt.id()));
        }
    }

    /** Finds the first way that reaches somebody, in a thread of its own, because the GUI qube's agent is waited for. */
    private void offer(Prompt prompt) {
        prompt.stopAsking();
        Thread thread = Thread.ofVirtual().name("prompt " + prompt.id()).unstarted(() -> offerInOrder(prompt));
        prompt.askedBy(thread);
        thread.start();
    }

    private void offerInOrder(Prompt prompt) {
        try {
            for (Asking way : settings.order()) {
                if (way == Asking.GUI ? askGui(prompt) : present(prompt, way)) {
                    return;
                }
            }
            awaitSomebody(prompt);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean askGui(Prompt prompt) throws InterruptedException {
        locked(() -> prompt.audience(Asking.GUI));
        Optional<Answer> answer = gui.ask(prompt.question()).filter(given -> isOffered(prompt, given));
        answer.ifPresent(given -> locked(() -> settle(prompt, given, "somebody at the GUI qube")));
        return answer.isPresent();
    }

    private static boolean isOffered(Prompt prompt, Answer answer) {
        return !(answer instanceof Answer.Allow allow)
                || prompt.question().targets().contains(allow.target());
    }

    private boolean present(Prompt prompt, Asking way) {
        lock.lock();
        try {
            boolean reached = watchers.stream().anyMatch(watcher -> watcher.way() == way);
            if (reached) {
                prompt.audience(way);
                prompt.presentedAt(clock.instant());
                tellAudience(prompt);
            }
            return reached || !isOpen(prompt);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever comes to look while it waits gets it; see {@link #watch}. */
    private void awaitSomebody(Prompt prompt) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            prompt.audience(null);
            long left = settings.unattended().toNanos();
            while (isOpen(prompt) && prompt.audience().isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (isOpen(prompt) && prompt.audience().isEmpty()) {
                settleAll(prompt, new Outcome.Unanswered("nobody can be asked: let `qair prompts` run somewhere"));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen(Prompt prompt) {
        return prompts.get(prompt.question()) == prompt;
    }

    private void tellAudience(Prompt prompt) {
        Optional<Asking> audience = prompt.audience();
        watchers.stream()
                .filter(watcher -> audience.filter(way -> way == watcher.way()).isPresent())
                .forEach(watcher -> watcher.show(prompt.shown()));
    }

    /** Shows the watcher what is for it, and goes on to; until {@link #unwatch}. */
    void watch(Watcher watcher) {
        locked(() -> {
            watchers.add(watcher);
            for (Prompt prompt : prompts.values()) {
                if (prompt.audience().isEmpty() && settings.order().contains(watcher.way())) {
                    prompt.audience(watcher.way());
                    prompt.presentedAt(clock.instant());
                    changed.signalAll();
                }
                if (prompt.audience().equals(Optional.of(watcher.way()))) {
                    watcher.show(prompt.shown());
                }
            }
        });
    }

    /** Ends the grants of its session; what nobody looks at any more is offered again. */
    void unwatch(Watcher watcher) {
        locked(() -> {
            watchers.remove(watcher);
            grants.sessionEnded(watcher);
            boolean others = watchers.stream().anyMatch(other -> other.way() == watcher.way());
            if (!others) {
                prompts.values().stream()
                        .filter(prompt -> prompt.audience().equals(Optional.of(watcher.way())))
                        .toList()
                        .forEach(this::offer);
            }
        });
    }

    /** The prompts that wait now, the oldest first. */
    public List<Shown> waiting() {
        lock.lock();
        try {
            return prompts.values().stream().map(Prompt::shown).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a person's answer.
     *
     * @param by who it is, for the audit
     * @param session what the grant lives with when it is for a session
     * @throws PromptException when it comes too late or too early, or names no target of the prompt
     */
    void answer(int id, Answer answer, String by, Object session) throws PromptException {
        lock.lock();
        try {
            Prompt prompt = prompts.values().stream()
                    .filter(one -> one.id() == id)
                    .findFirst()
                    .orElseThrow(() -> new PromptException(
                            "there is no prompt %d: it was answered or withdrawn, or waited too long".formatted(id)));
            if (answer instanceof Answer.Allow allow) {
                check(prompt, allow);
                grants.add(
                        prompt.question(),
                        allow.target(),
                        allow.term(),
                        Math.min(allow.calls(), prompt.waiting().size()),
                        by,
                        session);
            }
            settle(prompt, answer, by);
        } finally {
            lock.unlock();
        }
    }

    private void check(Prompt prompt, Answer.Allow allow) throws PromptException {
        Duration shown = Duration.between(prompt.presented(), clock.instant());
        if (shown.compareTo(settings.delay()) < 0) {
            throw new PromptException(
                    "prompt %d can be accepted when it was shown for %d ms: read it, then answer again"
                            .formatted(prompt.id(), settings.delay().toMillis()));
        }
        if (!isOffered(prompt, allow)) {
            throw new PromptException("`%s` is not among the targets of prompt %d: %s"
                    .formatted(allow.target(), prompt.id(), prompt.question().targets()));
        }
    }

    /** For the calls that the person saw; those that came later are asked about anew, or covered by the grant. */
    private void settle(Prompt prompt, Answer answer, String by) {
        switch (answer) {
            case Answer.Deny deny -> settleAll(prompt, new Outcome.Denied(by));
            case Answer.Allow allow -> {
                settleSome(prompt, Math.max(1, allow.calls()), new Outcome.Allowed(allow.target(), by));
                settleByGrants(prompt);
                if (!prompt.waiting().isEmpty()) {
                    prompt.presentedAt(clock.instant());
                    offer(prompt);
                }
            }
        }
    }

    private void settleByGrants(Prompt prompt) {
        while (!prompt.waiting().isEmpty()) {
            Optional<Grant> grant = grants.use(prompt.question());
            if (grant.isEmpty()) {
                return;
            }
            settleSome(prompt, 1, allowedBy(grant.get()));
        }
    }

    private static Outcome allowedBy(Grant grant) {
        return new Outcome.Allowed(grant.target(), "grant %d of %s".formatted(grant.id(), grant.by()));
    }

    private void settleAll(Prompt prompt, Outcome outcome) {
        settleSome(prompt, Integer.MAX_VALUE, outcome);
    }

    private void settleSome(Prompt prompt, int most, Outcome outcome) {
        for (int i = 0; i < most && !prompt.waiting().isEmpty(); i++) {
            prompt.waiting().remove().settle(outcome);
        }
        if (prompt.waiting().isEmpty()) {
            end(prompt);
        }
        changed.signalAll();
    }

    /** The grants that stand now. */
    public List<Grant> grants() {
        lock.lock();
        try {
            return grants.all();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a grant back; false when there is none of that number. */
    boolean revoke(int id) {
        lock.lock();
        try {
            return grants.revoke(id);
        } finally {
            lock.unlock();
        }
    }

    /** Answers nobody any more. */
    @Override
    public void close() {
        locked(() -> {
            closed = true;
            List.copyOf(prompts.values())
                    .forEach(prompt -> settleAll(prompt, new Outcome.Unanswered("the host stops")));
        });
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
