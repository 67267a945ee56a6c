package org.qair.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;
import org.qair.relay.keys.SshKeys;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The layers of the far host, as far as it tells the relay: registry, policy, the service. */
final class FarHost {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NO_HOST = "not told: ";

    private final HostLayout layout;
    private final Findings findings;

    FarHost(HostLayout layout, Findings findings) {
        this.layout = layout;
        this.findings = findings;
    }

    /** Whether a call would wait for a person there. */
    boolean check(DirectConnection connection, RemoteVm remote, QubeName source, ServiceName service)
            throws BrokenLayerException, IOException, InterruptedException {
        JsonNode answer;
        try {
            answer = ask(connection, "%s+%s+%s".formatted(source, remote.farName(), service));
        } catch (CallException silent) {
            unknown(String.valueOf(silent.getMessage()));
            return false;
        }
        String relay = relay(answer);
        if (!word(answer, "source").equals("registered")) {
            throw findings.broken(
                    Layer.FAR_REGISTRY,
                    "the far host knows no RemoteVM `%s` behind relay `%s`".formatted(source, relay),
                    Remedy.there("qair qube create %s --relayvm %s".formatted(source, relay)));
        }
        checkDemands(answer, remote, source);
        findings.fine(Layer.FAR_REGISTRY, "`%s` is a RemoteVM behind `%s` there".formatted(source, relay));
        String policy = word(answer, "policy");
        if (policy.equals("refused")) {
            throw findings.broken(
                    Layer.FAR_POLICY,
                    "the far policy does not let `%s` call `%s` on `%s`, or there is no such qube there"
                            .formatted(source, service, remote.farName()),
                    Commands.allowThere(Commands.rule(service, source, remote.farName()), source));
        }
        findings.fine(Layer.FAR_POLICY, policy.equals("ask") ? "a person is asked there" : "allowed there");
        checkService(word(answer, "service"), remote, service);
        return policy.equals("ask");
    }

    /** What the far host wants of a call beside the relay's word. */
    private void checkDemands(JsonNode answer, RemoteVm remote, QubeName source)
            throws BrokenLayerException, IOException {
        if (word(answer, "proof").equals("unpinned")) {
            String keys = new HostKeys(layout)
                    .hostKeys().stream().map(key -> SshKeys.publicLine(key, "")).collect(Collectors.joining(", "));
            throw findings.broken(
                    Layer.FAR_REGISTRY,
                    "calls from `%s` must be proven there, and no key of this host is pinned".formatted(source),
                    Remedy.there("qair key pin %s '%s'".formatted(source, keys)));
        }
        if (word(answer, "protect").equals("required") && !remote.isProtected()) {
            throw findings.broken(
                    Layer.FAR_REGISTRY,
                    "calls from `%s` must be protected there (protect=required)".formatted(source),
                    new Commands(layout).qair("qube set %s -p protect=required".formatted(remote.name())));
        }
    }

    private void checkService(String presence, RemoteVm remote, ServiceName service) throws BrokenLayerException {
        switch (presence) {
            case "found" -> findings.fine(Layer.SERVICE, "`%s` is there".formatted(service));
            case "missing" ->
                throw findings.broken(
                        Layer.SERVICE,
                        "`%s` has no service `%s`".formatted(remote.farName(), service),
                        Remedy.there("install -m 755 PROGRAM /etc/qubes-rpc/" + service.name()));
            default ->
                findings.unknown(Layer.SERVICE, "the far host does not know whether `%s` is there".formatted(service));
        }
    }

    private void unknown(String why) {
        for (Layer layer : new Layer[] {Layer.FAR_REGISTRY, Layer.FAR_POLICY, Layer.SERVICE}) {
            findings.unknown(layer, NO_HOST + why);
        }
    }

    private static String word(JsonNode answer, String field) {
        return answer.path(field).asString("");
    }

    /** Hosts of before did not say. */
    private static String relay(JsonNode answer) {
        try {
            return new QubeName(word(answer, "relay")).value();
        } catch (InvalidNameException unsaid) {
            return "RELAY";
        }
    }

    private static JsonNode ask(DirectConnection connection, String question)
            throws CallException, InterruptedException {
        Collected out = new Collected();
        Exchange streams = new Exchange(InputStream.nullInputStream(), out, OutputStream.nullOutputStream());
        ServiceName service = new ServiceName(ProposedPolicy.DOCTOR, Optional.of(question));
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                code.complete(connection.call(Optional.empty(), "@adminvm", service, streams));
            } catch (CallException | InterruptedException | RuntimeException failed) {
                code.completeExceptionally(failed);
            }
        });
        try {
            return switch (code.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                case 0 -> parse(out.text());
                case 126 ->
                    throw new CallException.Failed(
                            "the far policy does not let the relay call `%s` on dom0".formatted(ProposedPolicy.DOCTOR));
                case Integer _ -> throw new CallException.Failed("the far end is no host that could tell");
            };
        } catch (TimeoutException silent) {
            throw new CallException.Failed("the far host did not answer", silent);
        } catch (ExecutionException failed) {
            throw new CallException.Failed(reason(failed), failed);
        } finally {
            asking.interrupt();
        }
    }

    private static JsonNode parse(String text) throws CallException {
        try {
            JsonNode answer = JsonMapper.shared().readTree(text);
            if (answer != null && answer.path("source").isString()) {
                return answer;
            }
        } catch (JacksonException malformed) {
            throw new CallException.Failed("the far host's answer is none", malformed);
        }
        throw new CallException.Failed("the far host's answer is none");
    }

    private static String reason(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return String.valueOf(cause == null ? failed.getMessage() : cause.getMessage());
    }

    private record Exchange(InputStream stdin, OutputStream stdout, OutputStream stderr) implements Streams {}
}
