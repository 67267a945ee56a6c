package org.qair.host.daemon;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answers of the policy socket: lines {@code key=value}, none after the last; the end of the stream ends them. */
final class PolicyAnswer {
    /** The most bytes that the field's clients read. */
    static final int MAX_SIZE = 4_096;

    private PolicyAnswer() {}

    /** No, and not why. */
    static byte[] deny() {
        return bytes("result=deny");
    }

    /** Yes, for an asker who does not mean to carry it out. */
    static byte[] evaluated() {
        return bytes("result=allow");
    }

    /** Yes, and how; empty when that does not fit into an answer. */
    static Optional<byte[]> allow(AllowFields fields) {
        List<String> lines = new ArrayList<>();
        lines.add("user=" + fields.user().orElse("DEFAULT"));
        lines.add("result=allow");
        lines.add("target=" + fields.target());
        fields.targetUuid().ifPresent(uuid -> lines.add("target_uuid=" + uuid));
        lines.add("autostart=" + (fields.autostart() ? "True" : "False"));
        lines.add("requested_target=" + fields.requestedTarget());
        fields.service().ifPresent(service -> lines.add("service=" + service));
        fields.policySource().ifPresent(source -> lines.add("policy_source=" + source));
        return Optional.of(bytes(String.join("\n", lines))).filter(answer -> answer.length <= MAX_SIZE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
