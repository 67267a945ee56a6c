package org.qair.host.relayqube;

import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Service;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.SshTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls to RemoteVMs that this qube's agent was told to run here: who judges calls has allowed them. Safe for many threads. */
final class OutgoingCalls {
    private static final Logger LOG = LoggerFactory.getLogger("org.qair.calls");

    private final QubeName relay;
    private final Service transport;

    OutgoingCalls(QubeName relay, Service transport) {
        this.relay = relay;
        this.transport = transport;
    }

    /**
     * A call as the service {@code qubesair.SSHProxy} was given it.
     *
     * @throws CallException.Refused when it is none; the reason is in the log
     */
    AdmittedCall take(String source, String service) throws CallException.Refused {
        try {
            Call call = new Call(
                    CallId.random(),
                    new QubeName(source),
                    Optional.empty(),
                    new RequestedTarget.Named(relay),
                    relay,
                    ServiceName.parse(service),
                    Optional.empty());
            if (!call.service().name().equals(SshTransport.NAME)) {
                throw refused(source, service, "it is no call of " + SshTransport.NAME);
            }
            LOG.info("call {}: {} -> {}", call.id(), call.source(), shown(service));
            return new LoggedCall(call.id(), streams -> transport.run(call, streams));
        } catch (InvalidNameException malformed) {
            throw refused(source, service, String.valueOf(malformed.getMessage()));
        }
    }

    private static CallException.Refused refused(String source, String service, String reason) {
        LOG.warn("call refused: {} -> {}: {}", Printable.line(source), shown(service), reason);
        return new CallException.Refused(reason);
    }

    private static String shown(String service) {
        return Printable.line(service.length() > 200 ? service.substring(0, 200) + "…" : service);
    }
}
