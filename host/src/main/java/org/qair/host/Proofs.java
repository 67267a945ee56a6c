package org.qair.host;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.call.CallContext;
import org.qair.call.CallId;
import org.qair.policy.Decision;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.proof.HostKey;
import org.qair.proof.HostSigner;
import org.qair.proof.Issuer;
import org.qair.proof.MalformedProofException;
import org.qair.proof.ProofCheck;
import org.qair.proof.SignedStatement;
import org.qair.proof.StreamOffer;
import org.qair.proof.Subject;
import org.qair.proof.Verdict;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;

/**
 * The statements of a host's calls: those that came with calls are checked against the keys that are pinned for their sources, those that
 * go out are signed. Safe for use by many threads.
 */
final class Proofs {
    private final Supplier<RegistrySnapshot> registry;
    private final HostSigner signer;
    private final Issuer issuer;
    private final ProofCheck check;

    Proofs(Supplier<RegistrySnapshot> registry, HostSigner signer, Clock clock) {
        this.registry = registry;
        this.signer = signer;
        this.issuer = new Issuer(signer, clock);
        this.check = new ProofCheck(clock, ProofCheck.DEFAULT_WINDOW);
    }

    HostSigner signer() {
        return signer;
    }

    /**
     * What stands behind the source that a relay names. A source that is not behind that relay is left to policy, which refuses it.
     *
     * @throws UnprovenException when it must be proven and is not, or what came as its proof is wrong
     */
    Standing check(Request request, CallContext context) throws UnprovenException {
        Optional<QubeRecord> source = request.requestedSource()
                .flatMap(registry.get()::find)
                .filter(qube -> qube.relayvm().filter(request.caller()::equals).isPresent());
        if (source.isEmpty()) {
            return request.requestedSource().isPresent() ? Standing.ON_RELAYS_WORD : Standing.OWN;
        }
        Standing standing = check(source.get(), request, context);
        boolean offered =
                standing.statement().flatMap(one -> one.statement().offer()).isPresent();
        if (source.get().isProtected() && !offered) {
            throw new UnprovenException("calls from `%s` must be protected (protect=required), and this one is not"
                    .formatted(source.get().name()));
        }
        return standing;
    }

    private Standing check(QubeRecord source, Request request, CallContext context) throws UnprovenException {
        List<HostKey> pinned = PinnedKeys.of(source);
        ProofDemand demand = ProofDemand.of(source);
        if (demand.looks() && context.statement().isPresent()) {
            return verified(context.statement().get(), pinned, source.name(), request);
        }
        Optional<String> objection = demand.objection(false);
        if (objection.isPresent()) {
            throw new UnprovenException(objection.get());
        }
        return Standing.ON_RELAYS_WORD;
    }

    private Standing verified(String text, List<HostKey> pinned, QubeName source, Request request)
            throws UnprovenException {
        try {
            SignedStatement statement = SignedStatement.parse(text);
            Subject subject = new Subject(source, request.target(), request.service());
            return switch (check.check(statement, pinned, subject)) {
                case Verdict.Verified verified -> Standing.verified(statement);
                case Verdict.Rejected(String reason) -> throw new UnprovenException(reason);
            };
        } catch (MalformedProofException malformed) {
            throw new UnprovenException("the statement of its source is refused: " + malformed.getMessage());
        }
    }

    /**
     * What goes out with a call.
     *
     * @param context for the far end; asked once, before the call runs. A signature takes a while, and its caller need not wait for it
     * @param protection of the call's bytes on their way
     */
    record Outgoing(Supplier<CallContext> context, Protection protection) {
        /** With nothing that is still to be done. */
        static Outgoing ready(CallContext context, Protection protection) {
            return new Outgoing(() -> context, protection);
        }
    }

    /** Signs a call of this host to a RemoteVM; one that only passes through keeps its statement. */
    Outgoing send(CallId id, Decision.Allow allow, Request request, QubeName target, CallContext came) {
        RegistrySnapshot now = registry.get();
        CallContext context = new CallContext(came.hops(), Optional.of(id.value()), came.statement(), came.trace());
        Optional<QubeRecord> remote = now.find(target);
        boolean passes = now.find(allow.source()).filter(QubeRecord::isRemote).isPresent();
        if (remote.isEmpty() || passes) {
            return Outgoing.ready(context, Protection.NONE);
        }
        Subject subject =
                new Subject(allow.source(), RequestedTarget.parse(remote.get().remoteName()), request.service());
        if (!remote.get().isProtected()) {
            return new Outgoing(
                    () -> context.with(Optional.of(
                            issuer.state(id, subject, target, Optional.empty()).text())),
                    Protection.NONE);
        }
        StreamOffer offer = StreamOffer.create();
        SignedStatement statement = issuer.state(id, subject, target, Optional.of(offer.key()));
        return Outgoing.ready(
                context.with(Optional.of(statement.text())),
                new Protection.OfCaller(offer, statement, PinnedKeys.of(remote.get())));
    }

    /** How a call that ends here is to be carried out. */
    Protection receive(Standing standing) {
        return standing.statement()
                .filter(statement -> statement.statement().offer().isPresent())
                .<Protection>map(statement -> new Protection.OfService(statement, signer))
                .orElse(Protection.NONE);
    }
}
