package org.qair.registry.qubesdb;

import java.io.IOException;

/** The types of QubesDB's messages, with their numbers on the wire; up to {@link #UNWATCH} they are requests. */
enum MessageType {
    READ(0),
    WRITE(1),
    MULTIREAD(2),
    LIST(3),
    RM(4),
    WATCH(5),
    UNWATCH(6),
    OK(7),
    NOENT(8),
    ERROR(9),
    R_READ(10),
    R_MULTIREAD(11),
    R_LIST(12),
    R_WATCH(13);

    private final int number;

    MessageType(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    byte number() {
        return (byte) number;
    }

    boolean isRequest() {
        return number <= UNWATCH.number;
    }

    static MessageType of(int number) throws IOException {
        for (MessageType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IOException("message type %d is unknown".formatted(number));
    }
}
