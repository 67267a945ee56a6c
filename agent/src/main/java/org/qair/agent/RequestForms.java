package org.qair.agent;

import org.qair.protocol.ProtocolException;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.TriggerService.Form;

/** The form in which a request goes to the host: the caller's own where the host speaks it, else the newest that it does. */
final class RequestForms {
    private static final int V3 = 3;
    private static final int V4 = 4;

    private RequestForms() {}

    /** @throws ProtocolException when the host's protocol has no room for what is asked */
    static TriggerService of(TriggerService request, RequestId id, int version) throws ProtocolException {
        Form form = form(request, version);
        if (form != Form.V4 && !request.uncheckedSource().isEmpty()) {
            throw new ProtocolException(
                    "the host speaks protocol %d, which cannot name another source".formatted(version));
        }
        try {
            return new TriggerService(
                    form, request.uncheckedSource(), request.uncheckedTarget(), id, request.uncheckedService());
        } catch (IllegalArgumentException tooLong) {
            throw new ProtocolException("the host speaks protocol %d: %s".formatted(version, tooLong.getMessage()));
        }
    }

    private static Form form(TriggerService request, int version) {
        if (version < V3) {
            return Form.V2;
        }
        return version < V4 && request.form() == Form.V4 ? Form.V3 : request.form();
    }
}
