package org.qair.protocol;

/**
 * The ident by which an agent knows a request again: at most 31 bytes of {@code [0-9A-Za-z_. -]}. {@code SOCKET} is what a
 * client of a trigger socket sends.
 */
public record RequestId(String value) {
    /** What a caller on a trigger socket sends; the agent puts one of its own in its place. */
    public static final RequestId SOCKET = new RequestId("SOCKET");

    /**
     * What a caller of ours sends that knows of no place for a vchan: its data can go on the connection of the request. Where
     * that is so the answer is domain 0, port 0. The field's agent takes it like any other ident.
     */
    public static final RequestId IN_BAND = new RequestId("SOCKET.in-band");

    /** @throws IllegalArgumentException naming the byte that is wrong */
    public RequestId {
        String wrong = fault(value);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(wrong);
        }
    }

    static RequestId checked(String value) throws ProtocolException {
        String wrong = fault(value);
        if (!wrong.isEmpty()) {
            throw new ProtocolException(wrong);
        }
        return new RequestId(value);
    }

    private static String fault(String value) {
        if (value.length() >= Limits.IDENT_FIELD) {
            return "a request ident has %d bytes, the limit is %d".formatted(value.length(), Limits.IDENT_FIELD - 1);
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isAllowed(value.charAt(i))) {
                return "a request ident has byte 0x%02x at %d (allowed: 0-9 A-Z a-z _ . - and space)"
                        .formatted((int) value.charAt(i), i);
            }
        }
        return "";
    }

    private static boolean isAllowed(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '_'
                || c == '.'
                || c == ' '
                || c == '-';
    }

    @Override
    public String toString() {
        return value;
    }
}
