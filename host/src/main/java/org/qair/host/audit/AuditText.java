package org.qair.host.audit;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.qair.policy.Printable;

/** A call of the audit as one line for people. */
public final class AuditText {
    private static final int LONGEST_SERVICE = 120;

    private AuditText() {}

    /** The line, without time and line end; characters that a terminal would act on are escaped. */
    public static String of(AuditRecord call) {
        StringBuilder line = new StringBuilder();
        line.append(call.id().value(), 0, 8).append("  ").append(call.source());
        call.via()
                .ifPresent(relay ->
                        line.append(" (via ").append(relay).append(proof(call)).append(')'));
        line.append(" -> ").append(call.target().orElse(call.requestedTarget()));
        call.relay().ifPresent(relay -> line.append(" (by ").append(relay).append(')'));
        line.append("  ").append(shortened(call.service()));
        line.append("  ").append(call.decision());
        call.rule().ifPresent(rule -> line.append(" [").append(rule).append(']'));
        call.evidence()
                .claimedSource()
                .ifPresent(name -> line.append("  claims to be ").append(name));
        call.evidence().prompt().ifPresent(answer -> line.append("  answered: ").append(answer));
        line.append("  ").append(call.end().map(AuditText::end).orElse("running"));
        call.reason().ifPresent(reason -> line.append(": ").append(reason));
        return Printable.line(line.toString());
    }

    /** How long the stages of a call took that were timed, in milliseconds; empty when none was. */
    public static String stages(AuditRecord call) {
        return call.end().map(AuditRecord.End::stages).orElse(Map.of()).entrySet().stream()
                .map(stage -> String.format(Locale.ROOT, "%s=%.1fms", stage.getKey(), stage.getValue() / 1000.0))
                .collect(Collectors.joining(" "));
    }

    private static String proof(AuditRecord call) {
        return call.evidence()
                .proof()
                .filter("verified"::equals)
                .map(proof -> ", verified")
                .orElse("");
    }

    private static String end(AuditRecord.End end) {
        String code = end.exitCode().map(number -> " exit=" + number).orElse("");
        return "%s%s %s %s"
                .formatted(
                        AuditTable.word(end.outcome()),
                        code,
                        String.format(Locale.ROOT, "%.1fms", end.durationMicros() / 1000.0),
                        end.bytes()
                                .map(bytes -> "in=%d out=%d err=%d".formatted(bytes.in(), bytes.out(), bytes.err()))
                                .orElse("directly"));
    }

    private static String shortened(String service) {
        return service.length() <= LONGEST_SERVICE ? service : service.substring(0, LONGEST_SERVICE) + "…";
    }
}
