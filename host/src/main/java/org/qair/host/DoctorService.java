package org.qair.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service {@code qair.Doctor+SOURCE+TARGET+SERVICE[+ARGUMENT]} of dom0: tells a relay how such a call of its would fare, without
 * making it. It tells nothing that the call itself would not: whether the relay may speak for the source, and with what proof; whether policy allows it; and
 * only then whether the service is there. A target that does not exist and one that is denied are both {@code refused}.
 */
final class DoctorService implements Service {
    /** Whether a qube has a service. */
    enum Presence {
        FOUND,
        MISSING,
        /** Its agent may know, or its files cannot be read. */
        UNKNOWN
    }

    private final Supplier<SystemInfo> system;
    private final BiFunction<SystemInfo, Request, Decision> policy;
    private final Function<QubeName, Optional<ProofDemand>> demands;
    private final BiFunction<QubeName, ServiceName, Presence> presence;

    /**
     * What it asks.
     *
     * @param demands what calls from a RemoteVM need beside its relay's word
     * @param presence whether a qube has a service
     */
    DoctorService(
            Supplier<SystemInfo> system,
            BiFunction<SystemInfo, Request, Decision> policy,
            Function<QubeName, Optional<ProofDemand>> demands,
            BiFunction<QubeName, ServiceName, Presence> presence) {
        this.system = system;
        this.policy = policy;
        this.demands = demands;
        this.presence = presence;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException {
        if (!call.target().equals(QubeName.DOM0)) {
            throw new CallException.NotFound("`%s` is a service of dom0".formatted(ProposedPolicy.DOCTOR));
        }
        String[] words = call.service().argument().orElse("").split("\\+", 3);
        if (words.length < 3) {
            throw new CallException.Refused(
                    "`%s` needs the argument `SOURCE+TARGET+SERVICE`".formatted(ProposedPolicy.DOCTOR));
        }
        try {
            String answer = answer(
                    call.source(),
                    new QubeName(words[0]),
                    RequestedTarget.parse(words[1]),
                    ServiceName.parse(words[2]));
            streams.stdout().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            return 0;
        } catch (InvalidNameException malformed) {
            throw new CallException.Refused(String.valueOf(malformed.getMessage()));
        } catch (IOException gone) {
            throw new CallException.Failed("relay `%s` went away".formatted(call.source()), gone);
        }
    }

    private String answer(QubeName relay, QubeName source, RequestedTarget target, ServiceName service) {
        SystemInfo now = system.get();
        Map<String, String> answer = new LinkedHashMap<>();
        boolean registered = speaksFor(now, relay, source);
        answer.put("relay", relay.value());
        answer.put("source", registered ? "registered" : "unknown");
        if (registered) {
            Optional<ProofDemand> demand = demands.apply(source);
            answer.put("proof", demand.map(DoctorService::proof).orElse("off"));
            answer.put("protect", demand.filter(ProofDemand::isProtected).isPresent() ? "required" : "off");
        }
        Optional<QubeName> claimed = source.equals(relay) ? Optional.empty() : Optional.of(source);
        Decision decision = policy.apply(now, new Request(relay, claimed, target, service));
        answer.put("policy", registered ? word(decision) : "refused");
        answer.put(
                "service",
                registered && decision instanceof Decision.Allow allow ? service(allow, service) : "unknown");
        return JsonMapper.shared().writeValueAsString(answer);
    }

    /** A statement that cannot be checked is as good as none. */
    private static String proof(ProofDemand demand) {
        return demand.objection(false).isPresent() && !demand.pinned() ? "unpinned" : demand.proof();
    }

    private static boolean speaksFor(SystemInfo now, QubeName relay, QubeName source) {
        return source.equals(relay)
                || now.find(source)
                        .filter(qube -> qube.type() == QubeType.RemoteVM
                                && qube.relayvm().equals(Optional.of(relay)))
                        .isPresent();
    }

    private static String word(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> "allow";
            case Decision.Ask ask -> "ask";
            case Decision.Deny deny -> "refused";
        };
    }

    private String service(Decision.Allow allow, ServiceName service) {
        if (allow.relayed().isPresent() || !(allow.destination() instanceof Destination.Existing existing)) {
            return "elsewhere";
        }
        return presence.apply(existing.qube(), service).name().toLowerCase(Locale.ROOT);
    }
}
