package org.qair.host.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.audit.AuditRecord.Bytes;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** A call of the audit as one line of JSON: every field present, null when it does not apply; but for {@code trace}, which is there when one came. */
public final class AuditJson {
    private static final ObjectMapper MAPPER = JsonMapper.shared();
    private static final TypeReference<LinkedHashMap<String, Long>> STAGES = new TypeReference<>() {};

    private AuditJson() {}

    /** The line, without its end. */
    public static String of(AuditRecord call) {
        return MAPPER.writeValueAsString(fields(call));
    }

    static Map<String, @Nullable Object> fields(AuditRecord call) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", call.id().value());
        fields.put("time", call.time().toString());
        fields.put("door", call.door());
        fields.put("caller", call.caller());
        fields.put("source", call.source());
        fields.put("via", call.via().orElse(null));
        fields.put("requested_target", call.requestedTarget());
        fields.put("target", call.target().orElse(null));
        int plus = call.service().indexOf('+');
        fields.put("service", plus < 0 ? call.service() : call.service().substring(0, plus));
        fields.put("argument", plus < 0 ? null : call.service().substring(plus + 1));
        fields.put("relay", call.relay().orElse(null));
        fields.put("relayed_service", call.relayedService().orElse(null));
        fields.put("decision", call.decision());
        fields.put("rule", call.rule().orElse(null));
        fields.put("reason", call.reason().orElse(null));
        fields.put("proof", call.evidence().proof().orElse(null));
        fields.put("claimed_source", call.evidence().claimedSource().orElse(null));
        fields.put("prompt", call.evidence().prompt().orElse(null));
        // only then: entries of the chain from before there were traces stay what they are
        call.evidence().trace().ifPresent(trace -> fields.put("trace", trace));
        putEnd(fields, call.end());
        return fields;
    }

    private static void putEnd(Map<String, @Nullable Object> fields, Optional<AuditRecord.End> end) {
        fields.put("outcome", end.map(how -> AuditTable.word(how.outcome())).orElse(null));
        fields.put("exit_code", end.flatMap(AuditRecord.End::exitCode).orElse(null));
        fields.put("duration_ms", end.map(how -> how.durationMicros() / 1000.0).orElse(null));
        Optional<Bytes> bytes = end.flatMap(AuditRecord.End::bytes);
        fields.put("bytes_in", bytes.map(Bytes::in).orElse(null));
        fields.put("bytes_out", bytes.map(Bytes::out).orElse(null));
        fields.put("bytes_err", bytes.map(Bytes::err).orElse(null));
        fields.put("stages_us", end.map(AuditRecord.End::stages).orElse(null));
    }

    static String ofStages(Map<String, Long> stages) {
        return MAPPER.writeValueAsString(stages);
    }

    static Map<String, Long> stages(String text) {
        return MAPPER.readValue(text, STAGES);
    }
}
