package org.qair.host.relayqube;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.exec.GivenProgram;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that far machines make through this relay: each is handed to the qube's own {@code qrexec-client-vm}, behind which its
 * policy judges. What cannot be connected there is refused here: a call that would come back to this very qube.
 */
final class IncomingCalls implements Switchboard {
    private static final Logger LOG = LoggerFactory.getLogger("org.qair.calls");

    private final QubeName own;
    private final QubeDatabase database;
    private final GivenProgram client;

    IncomingCalls(QubeName own, QubeDatabase database, List<String> client) {
        this.own = own;
        this.database = database;
        this.client = new GivenProgram(client);
    }

    @Override
    public AdmittedCall admit(UncheckedCall call) throws CallException {
        try {
            Optional<QubeName> source = call.requestedSource().map(QubeName::new);
            RequestedTarget target = RequestedTarget.parse(call.target());
            ServiceName service = ServiceName.parse(call.service());
            if (target instanceof RequestedTarget.Named(QubeName name)) {
                checkItDoesNotComeBack(call, name);
            }
            List<String> words = words(source, target, service);
            CallId id = CallId.random();
            LOG.info("call {}: {}", id, shown(call));
            return new LoggedCall(id, streams -> client.run(id, words, streams));
        } catch (InvalidNameException malformed) {
            throw refused(call, String.valueOf(malformed.getMessage()));
        }
    }

    private static List<String> words(Optional<QubeName> source, RequestedTarget target, ServiceName service) {
        List<String> words = new ArrayList<>();
        source.ifPresent(name -> words.add("--source-qube=" + name));
        words.addAll(List.of("--", target.toString(), service.toString()));
        return words;
    }

    /** The agent would be told to connect this qube with itself, which it cannot. */
    private void checkItDoesNotComeBack(UncheckedCall call, QubeName target) throws CallException {
        if (target.equals(own)) {
            throw refused(call, "its target is this relay itself, and a qube cannot call itself here");
        }
        boolean behindUs;
        try {
            behindUs = database.remoteName(target).isPresent();
        } catch (IOException unknown) {
            LOG.warn("{}: QubesDB was not asked: {}", shown(call), unknown.getMessage());
            throw new CallException.Failed("QubesDB does not answer", unknown);
        }
        if (behindUs) {
            throw refused(
                    call, "`%s` is behind this relay too, and the call cannot come back to it here".formatted(target));
        }
    }

    private static CallException.Refused refused(UncheckedCall call, String reason) {
        LOG.warn("call refused: {}: {}", shown(call), Printable.line(reason));
        return new CallException.Refused(reason);
    }

    private static String shown(UncheckedCall call) {
        String service = call.service();
        return Printable.line("%s (by relay %s) -> %s: %s"
                .formatted(
                        call.requestedSource().orElse("nobody named"),
                        call.caller(),
                        call.target(),
                        service.length() > 200 ? service.substring(0, 200) + "…" : service));
    }
}
