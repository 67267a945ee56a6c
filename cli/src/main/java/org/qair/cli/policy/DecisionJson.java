package org.qair.cli.policy;

import java.util.Optional;
import org.qair.host.daemon.AllowFields;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Request;
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
        AllowFields fields = AllowFields.of(system, request, allow);
        ObjectNode json = JSON.createObjectNode();
        json.put("decision", "allow");
        put(json, "user", fields.user());
        json.put("target", fields.target());
        put(json, "target_uuid", fields.targetUuid());
        json.put("autostart", fields.autostart());
        json.put("requested_target", fields.requestedTarget());
        put(json, "service", fields.service());
        put(json, "policy_source", fields.policySource());
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

    private static ObjectNode put(ObjectNode json, String field, Optional<?> value) {
        if (value.isPresent()) {
            json.put(field, value.get().toString());
        } else {
            json.putNull(field);
        }
        return json;
    }
}
