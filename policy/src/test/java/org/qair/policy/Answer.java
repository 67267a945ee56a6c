package org.qair.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A decision in the words of the vectors. */
final class Answer {
    private final SystemInfo system;
    private final Request request;
    private final Map<String, @Nullable Object> fields = new HashMap<>();

    private Answer(SystemInfo system, Request request) {
        this.system = system;
        this.request = request;
    }

    static Map<String, @Nullable Object> of(SystemInfo system, Request request, Decision decision) {
        Answer answer = new Answer(system, request);
        answer.put("rule", decision.rule().map(RuleLocation::toString));
        answer.fields.put("warnings", decision.warnings());
        switch (decision) {
            case Decision.Allow allow -> answer.allow(allow);
            case Decision.Ask ask -> answer.ask(ask);
            case Decision.Deny deny -> answer.deny(deny);
        }
        return answer.fields;
    }

    private void allow(Decision.Allow allow) {
        Destination called = allow.relayed()
                .<Destination>map(relayed -> new Destination.Existing(relayed.relay()))
                .orElse(allow.destination());
        fields.put("decision", "allow");
        put("user", allow.user());
        fields.put("target", called.toString());
        fields.put("target_uuid", uuid(called));
        fields.put("autostart", allow.autostart());
        fields.put("notify", allow.notifyUser());
        fields.put("requested_target", request.target().toString());
        put("service", allow.relayed().map(relayed -> relayed.service().toString()));
        put(
                "policy_source",
                request.requestedSource().map(source -> allow.source().value()));
    }

    private void ask(Decision.Ask ask) {
        List<String> targets =
                ask.targets().stream().map(Destination::toString).sorted().toList();
        fields.put("decision", "ask");
        fields.put("targets", targets);
        put("default_target", ask.defaultTarget().map(Destination::toString));
        put("user", ask.user());
        fields.put("autostart", ask.autostart());
        fields.put("notify", ask.notifyUser());
    }

    private void deny(Decision.Deny deny) {
        fields.put("decision", "deny");
        fields.put("reason", deny.reason());
        fields.put("notify", deny.notifyUser());
    }

    private String uuid(Destination destination) {
        return switch (destination) {
            case Destination.Existing(QubeName name) ->
                "uuid:" + system.find(name).orElseThrow().uuid();
            case Destination.NewDisposable(QubeName name) ->
                "@dispvm:uuid:" + system.find(name).orElseThrow().uuid();
        };
    }

    private void put(String field, Optional<String> value) {
        fields.put(field, value.orElse(null));
    }
}
