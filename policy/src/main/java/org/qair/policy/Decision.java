package org.qair.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Policy's answer to a {@link Request}, with the rule it rests on. */
public sealed interface Decision {
    /** The rule that decided; absent when no rule did. */
    Optional<RuleLocation> rule();

    /** What the host's log should say of it beside the decision. */
    List<String> warnings();

    /**
     * The call may run.
     *
     * @param source the qube that the call is from: the caller, or the RemoteVM it rightly speaks for
     * @param destination the resolved target, for a call to a RemoteVM that RemoteVM
     * @param relayed present when the destination is a RemoteVM: the call to its relay that takes this one's place
     * @param user the Unix user to run as; absent for the target's default
     */
    record Allow(
            QubeName source,
            Destination destination,
            Optional<RelayedCall> relayed,
            Optional<String> user,
            boolean autostart,
            boolean notifyUser,
            Optional<RuleLocation> rule,
            List<String> warnings)
            implements Decision {
        public Allow {
            warnings = List.copyOf(warnings);
        }
    }

    /** A person has to say yes, and where to: one of {@code targets}, none of which is preselected but {@code defaultTarget}. */
    record Ask(
            QubeName source,
            Set<Destination> targets,
            Optional<Destination> defaultTarget,
            Optional<String> user,
            boolean autostart,
            boolean notifyUser,
            Optional<RuleLocation> rule,
            List<String> warnings)
            implements Decision {
        public Ask {
            targets = Set.copyOf(targets);
            warnings = List.copyOf(warnings);
        }
    }

    /** The call may not run. {@code reason} is for the log and for {@code explain}, never for the caller. */
    record Deny(String reason, boolean notifyUser, Optional<RuleLocation> rule, List<String> warnings)
            implements Decision {
        public Deny {
            warnings = List.copyOf(warnings);
        }
    }

    /** The call to the relay that carries a call to a RemoteVM: {@code TRANSPORT_RPC+Remote-Qube+service+argument}. */
    record RelayedCall(QubeName relay, ServiceName service) {}
}
