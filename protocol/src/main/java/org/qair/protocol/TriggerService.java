package org.qair.protocol;

import java.nio.ByteBuffer;

/**
 * A caller's request, {@code TRIGGER_SERVICE}, {@code 3} or {@code 4}. Lengths and NULs are checked, the names are not: they
 * are what the caller wrote, one character a byte.
 *
 * @param form which of the three is on the wire
 * @param uncheckedSource the qube that the caller claims to speak for; empty for none, and always in forms 2 and 3
 * @param uncheckedTarget the target's name or keyword
 * @param uncheckedService service with argument
 */
public record TriggerService(
        Form form, String uncheckedSource, String uncheckedTarget, RequestId id, String uncheckedService)
        implements Message {
    /** The three layouts of the request. */
    public enum Form {
        V2(MessageType.TRIGGER_SERVICE, Limits.TARGET_FIELD_V2, Limits.NAME_FIELD),
        V3(MessageType.TRIGGER_SERVICE3, Limits.NAME_FIELD, Limits.SERVICE + 1),
        V4(MessageType.TRIGGER_SERVICE4, Limits.NAME_FIELD, Limits.SERVICE + 1);

        private final MessageType type;
        private final int targetField;
        private final int serviceField;

        Form(MessageType type, int targetField, int serviceField) {
            this.type = type;
            this.targetField = targetField;
            this.serviceField = serviceField;
        }
    }

    /** @throws IllegalArgumentException naming the field that cannot hold its text */
    public TriggerService {
        Fields.check("source", uncheckedSource, form == Form.V4 ? Limits.NAME_FIELD : 1);
        Fields.check("target", uncheckedTarget, form.targetField);
        Fields.check("service", uncheckedService, form.serviceField);
    }

    /** What a client sends today: form 4 with the ident that all clients send. */
    public static TriggerService request(String source, String target, String service) {
        return new TriggerService(Form.V4, source, target, RequestId.SOCKET, service);
    }

    /** The same from a client whose data are to go on the connection of the request. */
    public static TriggerService inBand(String source, String target, String service) {
        return new TriggerService(Form.V4, source, target, RequestId.IN_BAND, service);
    }

    /** Whether the data can go on the connection of the request. */
    public boolean isInBand() {
        return id.equals(RequestId.IN_BAND);
    }

    @Override
    public MessageType type() {
        return form.type;
    }

    @Override
    public int bodyLength() {
        return switch (form) {
            case V2 -> form.serviceField + form.targetField + Limits.IDENT_FIELD;
            case V3 -> form.targetField + Limits.IDENT_FIELD + uncheckedService.length() + 1;
            case V4 -> Limits.NAME_FIELD + form.targetField + Limits.IDENT_FIELD + uncheckedService.length() + 1;
        };
    }

    @Override
    public void encodeBody(ByteBuffer to) {
        if (form == Form.V2) {
            Fields.putFixed(to, uncheckedService, form.serviceField);
        }
        if (form == Form.V4) {
            Fields.putFixed(to, uncheckedSource, Limits.NAME_FIELD);
        }
        Fields.putFixed(to, uncheckedTarget, form.targetField);
        Fields.putFixed(to, id.value(), Limits.IDENT_FIELD);
        if (form != Form.V2) {
            Fields.putRest(to, uncheckedService);
        }
    }

    static TriggerService decode(Form form, ByteBuffer from) throws ProtocolException {
        String service = form == Form.V2 ? Fields.fixed("service", from, form.serviceField) : "";
        String source = form == Form.V4 ? Fields.fixed("source", from, Limits.NAME_FIELD) : "";
        String target = Fields.fixed("target", from, form.targetField);
        RequestId id = RequestId.checked(Fields.fixed("request ident", from, Limits.IDENT_FIELD));
        return new TriggerService(form, source, target, id, form == Form.V2 ? service : Fields.rest("service", from));
    }
}
