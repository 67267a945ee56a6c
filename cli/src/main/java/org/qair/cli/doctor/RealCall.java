package org.qair.cli.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.qair.channel.CallerChannel;
import org.qair.host.HostConnection;
import org.qair.host.HostLayout;
import org.qair.host.HostRequest;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/** The last layer: a call as the source would make it, through the host that runs. */
final class RealCall {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HostLayout layout;
    private final Findings findings;
    private final Commands commands;

    RealCall(HostLayout layout, Findings findings) {
        this.layout = layout;
        this.findings = findings;
        this.commands = new Commands(layout);
    }

    void check(RemoteVm remote, QubeName source, ServiceName service)
            throws BrokenLayerException, InterruptedException {
        boolean ping = service.name().equals(ProposedPolicy.PING);
        String sent = ping ? UUID.randomUUID().toString() : "";
        Collected errors = new Collected();
        HostRequest request = new HostRequest(
                remote.name().value(), Optional.empty(), new HostRequest.Call(source.value(), service.toString()));
        Outcome outcome;
        try (CallerChannel call = HostConnection.ask(layout, request, errors)) {
            outcome = exchange(call, sent);
        } catch (IOException noHost) {
            throw findings.broken(Layer.CALL, String.valueOf(noHost.getMessage()), commands.qair("host"));
        }
        if (outcome.code().isEmpty()) {
            throw findings.broken(
                    Layer.CALL,
                    "the call had not ended after %d s".formatted(PATIENCE.toSeconds()),
                    Remedy.there("qair calls"));
        }
        judge(
                outcome.code().get(),
                !ping || outcome.said().equals(sent),
                errors.text().strip(),
                source,
                service);
    }

    /** @param code absent when it took too long */
    private record Outcome(Optional<Integer> code, String said) {}

    private static Outcome exchange(CallerChannel call, String sent) throws IOException, InterruptedException {
        Thread watch = Thread.ofVirtual().start(() -> cutOff(call));
        Collected said = new Collected();
        try {
            try (OutputStream stdin = call.stdin()) {
                stdin.write(sent.getBytes(StandardCharsets.UTF_8));
            }
            long ignored = call.stdout().transferTo(said);
            return new Outcome(Optional.of(call.exitCode()), said.text());
        } catch (IOException cut) {
            if (watch.isAlive()) {
                throw cut;
            }
            return new Outcome(Optional.empty(), "");
        } finally {
            watch.interrupt();
            watch.join();
        }
    }

    private static void cutOff(CallerChannel call) {
        try {
            Thread.sleep(PATIENCE);
            call.close();
        } catch (InterruptedException ended) {
            return;
        } catch (IOException closed) {
            return;
        }
    }

    private void judge(int code, boolean whole, String reason, QubeName source, ServiceName service)
            throws BrokenLayerException {
        String why = reason.isEmpty() ? "" : ": " + reason;
        switch (code) {
            case 125 -> throw findings.broken(Layer.CALL, "it failed" + why, commands.qair("audit --last 1"));
            case 126 ->
                throw findings.broken(
                        Layer.CALL,
                        "it was refused%s; the audit of the host that refused it has the reason".formatted(why),
                        commands.qair("audit --last 1"),
                        Remedy.there("qair audit --last 1"));
            case 127 ->
                throw findings.broken(
                        Layer.CALL,
                        "there is no service `%s`%s".formatted(service, why),
                        Remedy.there("install -m 755 PROGRAM /etc/qubes-rpc/" + service.name()));
            default -> {
                if (!whole) {
                    throw findings.broken(
                            Layer.CALL,
                            "what came back is not what was sent%s".formatted(why),
                            Remedy.there("qair audit --last 1"));
                }
                findings.fine(
                        Layer.CALL,
                        "a call from `%s` went all the way%s"
                                .formatted(source, code == 0 ? "" : " and ended with exit code " + code));
            }
        }
    }
}
