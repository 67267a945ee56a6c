package org.qair.exec;

import java.util.Map;
import java.util.Set;
import org.qair.call.Call;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;

/** The environment of a service's program, as the field's services expect it. */
final class ServiceEnvironment {
    private static final Set<String> KEPT = Set.of("QREXEC_SERVICE_PATH", "QREXEC_AGENT_PID");

    private ServiceEnvironment() {}

    /** Makes {@code environment}, which starts as a copy of the host's own, the one of this call. */
    static void apply(Map<String, String> environment, Call call, Map<String, String> additions) {
        environment.keySet().removeIf(name -> name.startsWith("QREXEC") && !KEPT.contains(name));
        environment.putAll(additions);
        environment.put("QREXEC_SERVICE_FULL_NAME", call.service().toString());
        environment.put("QREXEC_REMOTE_DOMAIN", call.source().value());
        environment.put(
                "QREXEC_AGENT_PID", Long.toString(ProcessHandle.current().pid()));
        call.service().argument().ifPresent(argument -> environment.put("QREXEC_SERVICE_ARGUMENT", argument));
        if (call.target().equals(QubeName.DOM0)) {
            putTarget(environment, call.requestedTarget());
        }
    }

    /** Services of dom0 alone are told what the caller asked for. */
    private static void putTarget(Map<String, String> environment, RequestedTarget target) {
        String text = target.toString();
        if (text.startsWith("@")) {
            environment.put("QREXEC_REQUESTED_TARGET_TYPE", "keyword");
            environment.put("QREXEC_REQUESTED_TARGET_KEYWORD", text.substring(1));
        } else {
            environment.put("QREXEC_REQUESTED_TARGET_TYPE", "name");
            environment.put("QREXEC_REQUESTED_TARGET", text);
        }
    }
}
