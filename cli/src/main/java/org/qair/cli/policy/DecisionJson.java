package org.qair.cli.policy;

import java.util.Optional;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.RuleLocation;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A decision as JSON, in the terms of the policy daemon's answer; unset fields are null. */
final class DecisionJson {
    static final ObjectMapper JSON = new ObjectMapper();

    private DecisionJson() {}

    static ObjectNode of(SystemInfo system, Request request, Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> allow(system, request, allow);
            case Decision.Ask ask -> ask(ask);
            case Decision.Deny deny -> deny(deny.reason(), deny.notifyUser(), deny.rule());
        };
    }

    static ObjectNode deny(String reason, boolean notify, Optional<RuleLocation> rule) {
        ObjectNode json = JSON.createObjectNode();
        json.put("decision", "deny");
        json.put("reason", reason);
        json.put("notify", notify);
        return put(json, "rule", rule);
    }

    private static ObjectNode allow(SystemInfo system, Request request, Decision.Allow allow) {
        Destination called = allow.relayed()
                .<Destination>map(relayed -> new Destination.Existing(relayed.relay()))
                .orElse(allow.destination());
        ObjectNode json = JSON.createObjectNode();
        json.put("decision", "allow");
        put(json, "user", allow.user());
        json.put("target", called.toString());
        put(json, "target_uuid", uuid(system, called));
        json.put("autostart", allow.autostart());
        json.put("requested_target", requested(system, request.target()));
        put(json, "service", allow.relayed().map(Decision.RelayedCall::service));
        put(json, "policy_source", request.requestedSource().map(claimed -> allow.source()));
        json.put("notify", allow.notifyUser());
        return put(json, "rule", allow.rule());
    }

    private static ObjectNode ask(Decision.Ask ask) {
        ObjectNode json = JSON.createObjectNode();
        json.put("decision", "ask");
        ArrayNode targets = json.putArray("targets");
        ask.targets().stream().map(Destination::toString).sorted().forEach(targets::add);
        put(json, "default_target", ask.defaultTarget());
        put(json, "user", ask.user());
        json.put("autostart", ask.autostart());
        return put(json, "rule", ask.rule());
    }

    /** A target that does not exist was judged as {@code @default}. */
    private static String requested(SystemInfo system, RequestedTarget target) {
        boolean missing = switch (target) {
            case RequestedTarget.Named named -> system.find(named.name()).isEmpty();
            case RequestedTarget.Identified identified ->
                system.find(identified.uuid()).isEmpty();
            default -> false;
        };
        return missing ? "@default" : target.toString();
    }

    private static Optional<String> uuid(SystemInfo system, Destination destination) {
        return switch (destination) {
            case Destination.Existing(QubeName name)
            when name.equals(QubeName.DOM0) -> Optional.of("uuid:00000000-0000-0000-0000-000000000000");
            case Destination.Existing(QubeName name) ->
                system.find(name).map(Qube::uuid).map(uuid -> "uuid:" + uuid);
            case Destination.NewDisposable(QubeName template) ->
                system.find(template).map(Qube::uuid).map(uuid -> "@dispvm:uuid:" + uuid);
        };
    }

    private static ObjectNode put(ObjectNode json, String field, Optional<?> value) {
        if (value.isPresent()) {
            json.put(field, value.get().toString());
        } else {
            json.putNull(field);
        }
        return json;
    }
}
