package org.qair.exec;

import java.util.HashMap;
import java.util.Map;
import org.qair.call.Call;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;

/** What a service's program finds in its environment about its call, as the field's services expect it. */
final class ServiceEnvironment {
    private static final String TARGET_TYPE = "QREXEC_REQUESTED_TARGET_TYPE";

    private ServiceEnvironment() {}

    static Map<String, String> of(Call call) {
        Map<String, String> environment = new HashMap<>();
        environment.put("QREXEC_SERVICE_FULL_NAME", call.service().toString());
        environment.put("QREXEC_REMOTE_DOMAIN", call.source().value());
        call.service().argument().ifPresent(argument -> environment.put("QREXEC_SERVICE_ARGUMENT", argument));
        environment.put(TARGET_TYPE, "");
        environment.put("QAIR_CALL", call.id().value());
        call.proof().ifPresent(proof -> environment.put("QAIR_SOURCE_PROOF", proof));
        call.context().trace().ifPresent(trace -> environment.put("TRACEPARENT", trace));
        call.context().statement().ifPresent(statement -> putForRelay(environment, call, statement));
        if (call.target().equals(QubeName.DOM0)) {
            putTarget(environment, call.requestedTarget());
        }
        return environment;
    }

    /** What a transport that is a script passes on, with {@code SendEnv} for example. */
    private static void putForRelay(Map<String, String> environment, Call call, String statement) {
        environment.put("QAIR_STATEMENT", statement);
        environment.put("QAIR_HOPS", Integer.toString(call.context().next().hops()));
    }

    /** Services of dom0 alone are told what the caller asked for. */
    private static void putTarget(Map<String, String> environment, RequestedTarget target) {
        String text = target.toString();
        if (text.startsWith("@")) {
            environment.put(TARGET_TYPE, "keyword");
            environment.put("QREXEC_REQUESTED_TARGET_KEYWORD", text.substring(1));
        } else {
            environment.put(TARGET_TYPE, "name");
            environment.put("QREXEC_REQUESTED_TARGET", text);
        }
    }
}
