package org.qair.host;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminCall;
import org.qair.relay.Reachability;
import org.qair.relay.SshTransport;
import org.qair.relay.reverse.FarSocket;
import tools.jackson.databind.json.JsonMapper;

/** What commands ask a running host about the way to its RemoteVMs: whether there is a connection, and how long a round trip takes. */
final class RemoteQuestions {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Supplier<RegistrySnapshot> registry;
    private final SshTransport transport;
    private final Predicate<QubeRecord> carriedElsewhere;

    /** @param carriedElsewhere whether calls to a RemoteVM are not this host's transport's, so that nothing is known of them */
    RemoteQuestions(
            Supplier<RegistrySnapshot> registry, SshTransport transport, Predicate<QubeRecord> carriedElsewhere) {
        this.registry = registry;
        this.transport = transport;
        this.carriedElsewhere = carriedElsewhere;
    }

    Map<String, HostAdmin.Method> methods() {
        return Map.of(
                AdminAccess.PING, this::ping,
                AdminAccess.REACHABILITY, call -> reachability(),
                AdminAccess.CALLS_BACK, this::callsBack);
    }

    /** The nanoseconds of a round trip to the RemoteVM that the argument names. */
    private String ping(AdminCall call) throws IOException {
        return ask(
                call,
                (relay, remote) ->
                        Long.toString(transport.ping(relay, remote, PATIENCE).toNanos()));
    }

    /** Whether calls back come in from where the RemoteVM is, in a line of JSON; {@code off} where they are not taken. */
    private String callsBack(AdminCall call) throws IOException {
        return ask(
                call,
                (relay, remote) -> JsonMapper.shared()
                        .writeValueAsString(transport
                                .farSocket(relay, remote, PATIENCE)
                                .map(RemoteQuestions::fields)
                                .orElse(Map.of("state", "off"))));
    }

    private static Map<String, Object> fields(FarSocket socket) {
        return switch (socket) {
            case FarSocket.NotNeeded() -> Map.of("state", "host");
            case FarSocket.Waiting() -> Map.of("state", "waiting");
            case FarSocket.Listens(String path) -> Map.of("state", "listens", "path", path);
            case FarSocket.Refused(FarSocket.Fault fault, String reason) ->
                Map.of("state", "refused", "fault", fault.name(), "reason", reason);
        };
    }

    private interface Question {
        String ask(QubeName relay, QubeName remoteVm) throws CallException, InterruptedException;
    }

    private String ask(AdminCall call, Question question) throws IOException {
        try {
            QubeRecord remote = remote(call.argument());
            if (carriedElsewhere.test(remote)) {
                throw new IOException(
                        "`%s`: its transport is another program than this host's".formatted(remote.name()));
            }
            QubeName relay =
                    remote.relayvm().orElseThrow(() -> new IOException("`%s` has no relayvm".formatted(remote.name())));
            return question.ask(relay, remote.name());
        } catch (CallException failed) {
            throw new IOException(failed.getMessage(), failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the host is stopping", stopping);
        }
    }

    private QubeRecord remote(String name) throws IOException {
        try {
            return registry.get()
                    .find(new QubeName(name))
                    .filter(QubeRecord::isRemote)
                    .orElseThrow(() -> new IOException("`%s` is no RemoteVM".formatted(name)));
        } catch (InvalidNameException invalid) {
            throw new IOException(invalid.getMessage(), invalid);
        }
    }

    /** A line of JSON for each RemoteVM. */
    private String reachability() {
        StringBuilder lines = new StringBuilder();
        for (QubeRecord qube : registry.get().qubes()) {
            if (qube.isRemote()) {
                lines.append(JsonMapper.shared().writeValueAsString(fields(qube)))
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private Map<String, @Nullable Object> fields(QubeRecord qube) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", qube.name().value());
        if (qube.relayvm().isEmpty() || carriedElsewhere.test(qube)) {
            fields.put("state", "unknown");
            return fields;
        }
        try {
            Reachability known = transport.reachability(qube.relayvm().get(), qube.name());
            fields.put("state", known.state().name().toLowerCase(Locale.ROOT));
            fields.put("connections", known.connections());
            fields.put("silence_ms", known.silence().map(Duration::toMillis).orElse(null));
            fields.put("reason", known.reason().orElse(null));
        } catch (CallException noWay) {
            fields.put("state", "failing");
            fields.put("reason", noWay.getMessage());
        }
        return fields;
    }
}
