package org.qair.host.enrolment;

import java.util.ArrayList;
import java.util.List;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/** The rules that an enrolment proposes for a policy; they are added with their owner's consent alone. */
public final class ProposedPolicy {
    /** The service that only answers, for test calls. */
    public static final String PING = "qair.Ping";

    /** The service that tells a relay whether a call of its would be allowed. */
    public static final String DOCTOR = "qair.Doctor";

    /** The service by which a relay takes itself off. */
    public static final String UNJOIN = "qair.Unjoin";

    private ProposedPolicy() {}

    /** Lets sources call a target; on either end, with the names of that end. */
    public static List<String> calls(List<QubeName> sources, QubeName target, List<ServiceName> services) {
        List<String> lines = new ArrayList<>();
        for (QubeName source : sources) {
            for (ServiceName service : services) {
                lines.add("%s %s %s %s allow"
                        .formatted(
                                service.name(),
                                service.argument().map(text -> "+" + text).orElse("*"),
                                source,
                                target));
            }
            lines.add("%s * %s %s allow".formatted(PING, source, target));
        }
        return lines;
    }

    /** On the inviting end also: lets the relay ask what is wrong, and take itself off. */
    public static List<String> invited(Invitation invitation) {
        List<String> lines = new ArrayList<>(calls(invitation.sources(), invitation.target(), invitation.services()));
        lines.add("%s * %s @adminvm allow".formatted(DOCTOR, invitation.relay()));
        lines.add("%s * %s @adminvm allow".formatted(UNJOIN, invitation.relay()));
        return lines;
    }

    /** A policy file of these lines. */
    public static String file(QubeName enrolment, List<String> lines) {
        return "# made by an enrolment; `qair unjoin %s` removes it\n%s\n"
                .formatted(enrolment, String.join("\n", lines));
    }
}
