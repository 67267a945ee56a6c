package org.qair.relay.incoming;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.qair.call.CallContext;

/**
 * What travels beside a call, as environment variables of its channel. A stock {@code sshd} does not look at them; a transport that is a
 * script finds them in its environment and passes them on with {@code SendEnv}.
 */
public final class ContextVariables {
    static final String HOPS = "QAIR_HOPS";
    static final String CALL = "QAIR_CALL";
    static final String STATEMENT = "QAIR_STATEMENT";
    static final String TRACE = "TRACEPARENT";

    static final Set<String> ALL = Set.of(HOPS, CALL, STATEMENT, TRACE);

    private ContextVariables() {}

    /** An end that is told nothing of hops takes the call for one that began next to it. */
    public static Map<String, String> of(CallContext context) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (context.hops() > 1) {
            variables.put(HOPS, Integer.toString(context.hops()));
        }
        context.call().ifPresent(id -> variables.put(CALL, id));
        context.statement().ifPresent(statement -> variables.put(STATEMENT, statement));
        context.trace().ifPresent(trace -> variables.put(TRACE, trace));
        return variables;
    }
}
