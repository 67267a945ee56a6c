package org.qair.protocol;

/**
 * What a header announces, with the lengths that its body may have. The bounds are those of the message's fields, so a
 * header that passed holds no length that its body could not have.
 */
public enum MessageType {
    DATA_STDIN(0x190, 0, Limits.CHUNK),
    DATA_STDOUT(0x191, 0, Limits.CHUNK),
    DATA_STDERR(0x192, 0, Limits.CHUNK),
    DATA_EXIT_CODE(0x193, 4, 4),
    EXEC_CMDLINE(0x200, 9, 8 + Limits.COMMAND),
    JUST_EXEC(0x201, 9, 8 + Limits.COMMAND),
    SERVICE_CONNECT(0x202, 8 + Limits.IDENT_FIELD, 8 + Limits.IDENT_FIELD),
    SERVICE_REFUSED(0x203, Limits.IDENT_FIELD, Limits.IDENT_FIELD),
    TRIGGER_SERVICE(0x210, 128, 128),
    CONNECTION_TERMINATED(0x211, 8, 8),
    TRIGGER_SERVICE3(0x212, 97, 97 + Limits.SERVICE),
    TRIGGER_SERVICE4(0x213, 161, 161 + Limits.SERVICE),
    HELLO(0x300, 4, 4);

    private static final MessageType[] ALL = values();

    private final int code;
    private final int shortest;
    private final int longest;

    MessageType(int code, int shortest, int longest) {
        this.code = code;
        this.shortest = shortest;
        this.longest = longest;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Whether frames of this type carry a piece of a stream. */
    public boolean isStream() {
        return this == DATA_STDIN || this == DATA_STDOUT || this == DATA_STDERR;
    }

    int shortest() {
        return shortest;
    }

    int longest() {
        return longest;
    }

    static MessageType of(int code) throws ProtocolException {
        for (MessageType type : ALL) {
            if (type.code == code) {
                return type;
            }
        }
        throw new ProtocolException("message type 0x%x is unknown".formatted(code));
    }
}
