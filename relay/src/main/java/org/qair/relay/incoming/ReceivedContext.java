package org.qair.relay.incoming;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.qair.call.CallContext;
import org.qair.call.Hops;

/** Gathers what came beside a call from the variables of its channel, before its request. Not checked, but for form and length. */
final class ReceivedContext {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,%d}".formatted(CallContext.MAX_PART));

    private final Map<String, String> values = new HashMap<>();

    /** Whether it is one of ours; the last of a name counts. */
    boolean take(String name, String value) {
        if (!ContextVariables.ALL.contains(name)) {
            return false;
        }
        // what is none is kept as such: a statement that was garbled is not one that is missing
        values.put(name, FORM.matcher(value).matches() ? value : "?");
        return true;
    }

    CallContext whole() {
        return new CallContext(
                value(ContextVariables.HOPS).map(Hops::parse).orElse(1),
                value(ContextVariables.CALL),
                value(ContextVariables.STATEMENT),
                value(ContextVariables.TRACE).filter(CallContext::isTrace));
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
