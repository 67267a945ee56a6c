package org.qair.proof;

/** What a frame of a protected stream carries. A frame of the first three without bytes is the end of that stream. */
enum FrameType {
    STDIN(0),
    STDOUT(1),
    STDERR(2),
    /** One byte: the exit code. The last frame to the caller. */
    EXIT_CODE(3);

    private final byte code;

    FrameType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static FrameType of(byte code) throws MalformedProofException {
        for (FrameType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new MalformedProofException("a frame of type %d in a protected stream".formatted(code & 0xff));
    }
}
