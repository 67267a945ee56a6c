package org.qair.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminAnswer;
import org.qair.registry.admin.AdminCall;

/**
 * What {@code qubesd.sock} answers: the Admin API, and beside it the questions {@code qair.*} of this host's own commands. They are on
 * the socket alone, never services that policy could allow to a qube.
 */
final class HostAdmin implements Admin {
    private final Admin registry;
    private final Map<String, Method> methods;

    /** One question; the answer is text. */
    interface Method {
        String answer(AdminCall call) throws IOException;
    }

    HostAdmin(Admin registry, Map<String, Method> methods) {
        this.registry = registry;
        this.methods = Map.copyOf(methods);
    }

    @Override
    public AdminAnswer handle(AdminCall call) throws IOException {
        Method method = methods.get(call.method());
        if (method == null) {
            return registry.handle(call);
        }
        try {
            return new AdminAnswer.Ok(method.answer(call).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            return new AdminAnswer.Failure("QubesException", String.valueOf(failed.getMessage()));
        }
    }
}
