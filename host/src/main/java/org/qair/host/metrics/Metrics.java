package org.qair.host.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;

/**
 * The numbers of one host, as Prometheus reads them. Labels have this program's own words as values, a few each: nothing that a
 * caller wrote, and no name of a qube. Safe for use by many threads.
 */
public final class Metrics implements Meter {
    /** What the text is. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double MICROS = 1_000_000;
    /** In seconds: a warm relay takes a millisecond, a person a minute. */
    private static final double[] STAGE_BOUNDS = {
        .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300
    };

    private static final double[] CALL_BOUNDS = {
        .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter calls =
            counter("qair_calls", "Calls that were refused or have ended.", "door", "decision", "outcome");
    private final Counter bytes =
            counter("qair_call_bytes", "Bytes of ended calls, by stream, as far as they passed the host.", "stream");
    private final Histogram durations =
            histogram("qair_call_duration_seconds", "From a call's coming in to its end.", CALL_BOUNDS, "outcome");
    private final Histogram stages =
            histogram("qair_call_stage_seconds", "How long a stage of a call took.", STAGE_BOUNDS, "stage");
    private final Counter prompts = counter("qair_prompts", "Calls that a person was to be asked about.", "end");
    private final Counter policyReads = counter("qair_policy_reads", "Readings of the policy's files.", "result");

    /** All counts at zero. */
    public Metrics() {
        for (PromptEnd end : PromptEnd.values()) {
            prompts.initLabelValues(word(end));
        }
        for (PolicyReading result : PolicyReading.values()) {
            policyReads.initLabelValues(word(result));
        }
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .register(registry);
    }

    /** From now on {@code value} is asked at each reading; it must not block. */
    public void gauge(String name, String help, IntSupplier value) {
        var ignored = GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsInt()))
                .register(registry);
    }

    @Override
    public void callEnded(String door, String decision, End end) {
        calls.labelValues(door, decision, word(end.outcome())).inc();
        durations.labelValues(word(end.outcome())).observe(end.durationMicros() / MICROS);
        end.stages().forEach((stage, micros) -> stages.labelValues(stage).observe(micros / MICROS));
        end.bytes().ifPresent(this::count);
    }

    private void count(Bytes passed) {
        bytes.labelValues("in").inc(passed.in());
        bytes.labelValues("out").inc(passed.out());
        bytes.labelValues("err").inc(passed.err());
    }

    @Override
    public void prompted(PromptEnd end) {
        prompts.labelValues(word(end)).inc();
    }

    @Override
    public void policyRead(PolicyReading result) {
        policyReads.labelValues(word(result)).inc();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** All of them as they are now, in the text format of Prometheus. */
    String text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
