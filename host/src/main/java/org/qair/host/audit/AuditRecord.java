package org.qair.host.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallId;

/**
 * What a host keeps of one call: never a byte of its payload. Text that was refused as malformed is kept as it came, and is
 * to be escaped where it is shown.
 *
 * @param time when the call came in, to the millisecond
 * @param door where: {@code trigger}, {@code ssh}, {@code agent}, {@code host}
 * @param caller the qube that the front door knew the caller to be
 * @param source the qube that policy judged the call as from; for a refused claim, the claimed one
 * @param via the relay that spoke for the source, when one did
 * @param requestedTarget the target in the caller's words
 * @param target the qube that it went to; absent when it went nowhere
 * @param service service with argument, as the caller asked for it
 * @param relay when the target is a RemoteVM, the qube that carries the call there
 * @param relayedService when the target is a RemoteVM, what the relay was asked to run
 * @param decision {@code allow}, {@code ask} or {@code deny}
 * @param rule {@code file:line} of the rule that decided
 * @param reason why it was denied, or what went wrong
 * @param evidence what stands behind source and decision besides the rule
 * @param end how it ended; absent while it runs
 */
public record AuditRecord(
        CallId id,
        Instant time,
        String door,
        String caller,
        String source,
        Optional<String> via,
        String requestedTarget,
        Optional<String> target,
        String service,
        Optional<String> relay,
        Optional<String> relayedService,
        String decision,
        Optional<String> rule,
        Optional<String> reason,
        Evidence evidence,
        Optional<End> end) {
    public AuditRecord {
        time = time.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The same call once it has ended; an empty reason leaves the one that there is. */
    AuditRecord ended(End how, String why) {
        return new AuditRecord(
                id,
                time,
                door,
                caller,
                source,
                via,
                requestedTarget,
                target,
                service,
                relay,
                relayedService,
                decision,
                rule,
                why.isEmpty() ? reason : Optional.of(why),
                evidence,
                Optional.of(how));
    }

    /**
     * What stands behind a call's source and decision besides the rule, and what it is part of.
     *
     * @param proof for a source that a relay spoke for: {@code verified} when its own host has signed the call, {@code relay} when
     *     only the relay says so
     * @param claimedSource the name that an unknown caller gave: a claim, never an identity
     * @param prompt what a person answered, and who: {@code allow, by user on terminal pts/3}
     * @param trace the OpenTelemetry trace context that came with it, in the words of the one that sent it
     */
    public record Evidence(
            Optional<String> proof, Optional<String> claimedSource, Optional<String> prompt, Optional<String> trace) {
        /** Nothing to say. */
        public static final Evidence NONE =
                new Evidence(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public Evidence withProof(Optional<String> word) {
            return new Evidence(word, claimedSource, prompt, trace);
        }

        public Evidence withClaim(Optional<String> name) {
            return new Evidence(proof, name, prompt, trace);
        }

        public Evidence withPrompt(Optional<String> answer) {
            return new Evidence(proof, claimedSource, answer, trace);
        }

        public Evidence withTrace(Optional<String> context) {
            return new Evidence(proof, claimedSource, prompt, context);
        }
    }

    /**
     * How a call ended.
     *
     * @param outcome in a word
     * @param exitCode what the caller's program exited with; absent when the caller was gone, and where it was told to the caller
     *     past the host
     * @param durationMicros from the call's coming in to its end
     * @param bytes absent when they went past the host
     * @param stages microseconds of each stage that was timed, by its name, in the order of their happening
     */
    public record End(
            Outcome outcome,
            Optional<Integer> exitCode,
            long durationMicros,
            Optional<Bytes> bytes,
            Map<String, Long> stages) {
        public End {
            stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
        }

        /** One whose stages were not timed. */
        public End(Outcome outcome, Optional<Integer> exitCode, long durationMicros, Optional<Bytes> bytes) {
            this(outcome, exitCode, durationMicros, bytes, Map.of());
        }

        /** The same, timed. */
        public End with(Map<String, Long> times) {
            return new End(outcome, exitCode, durationMicros, bytes, times);
        }
    }

    /**
     * How much passed.
     *
     * @param in the bytes of the caller's stdin that the service took
     * @param out the bytes of stdout that the caller took
     * @param err the same of stderr
     */
    public record Bytes(long in, long out, long err) {
        /** Of a call that did not start. */
        public static final Bytes NONE = new Bytes(0, 0, 0);
    }

    /** The word for how a call ended. */
    public enum Outcome {
        /** The service ran to its end. */
        COMPLETED,
        /** Policy, or a check before it, refused it. */
        REFUSED,
        /** There was no such service. */
        NOT_FOUND,
        /** It was allowed, and could not be carried out to its end. */
        FAILED,
        /** The caller went away, or the host stopped. */
        CANCELLED,
        /** How it ended is not known: the host died while it ran, or the agents at both ends went away. */
        LOST
    }
}
