package org.qair.host.prompts;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The grants that stand now, in memory: a host that starts again has none. For one thread at a time. */
final class Grants {
    /** More are refused: a person cannot look through them. */
    private static final int MOST = 1_000;

    private final Clock clock;
    private final Map<Integer, Grant> grants = new LinkedHashMap<>();
    private final Map<Integer, Object> sessions = new LinkedHashMap<>();
    private int last;

    Grants(Clock clock) {
        this.clock = clock;
    }

    /**
     * Makes one of an answer that stands for more than its call.
     *
     * @param used how many of its calls the answer has allowed already
     */
    void add(Question question, String target, Term term, int used, String by, Object session) throws PromptException {
        forget();
        if (grants.size() >= MOST) {
            throw new PromptException("there are %d grants already: revoke some".formatted(MOST));
        }
        switch (term) {
            case Term.Once once -> {}
            case Term.For(var time) ->
                put(
                        question,
                        target,
                        by,
                        Optional.of(clock.instant().plus(time)),
                        OptionalInt.empty(),
                        Optional.empty());
            case Term.Session ended ->
                put(question, target, by, Optional.empty(), OptionalInt.empty(), Optional.of(session));
            case Term.Calls(int calls) -> {
                if (calls > used) {
                    put(question, target, by, Optional.empty(), OptionalInt.of(calls - used), Optional.empty());
                }
            }
        }
    }

    private void put(
            Question question,
            String target,
            String by,
            Optional<Instant> until,
            OptionalInt calls,
            Optional<Object> session) {
        int id = ++last;
        grants.put(id, new Grant(id, question, target, by, until, calls, session.isPresent()));
        session.ifPresent(giver -> sessions.put(id, giver));
    }

    /** Uses one that fits, when there is one. */
    Optional<Grant> use(Question question) {
        forget();
        Optional<Grant> found = grants.values().stream()
                .filter(grant -> grant.question().equals(question))
                .findFirst();
        found.filter(grant -> grant.callsLeft().isPresent())
                .ifPresent(grant -> grants.put(
                        grant.id(), grant.withCallsLeft(grant.callsLeft().getAsInt() - 1)));
        return found;
    }

    List<Grant> all() {
        forget();
        return List.copyOf(grants.values());
    }

    boolean revoke(int id) {
        forget();
        sessions.remove(id);
        return grants.remove(id) != null;
    }

    void sessionEnded(Object session) {
        sessions.entrySet().stream()
                .filter(entry -> entry.getValue().equals(session))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::revoke);
    }

    private void forget() {
        Instant now = clock.instant();
        grants.values().removeIf(grant -> grant.isOver(now));
        sessions.keySet().retainAll(grants.keySet());
    }
}
