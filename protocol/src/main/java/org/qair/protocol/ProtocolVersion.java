package org.qair.protocol;

/** The versions that two peers can agree on in their {@code HELLO}s. */
public final class ProtocolVersion {
    /** The oldest that we speak. */
    public static final int OLDEST = 2;

    /** The newest that we speak, and what we offer. */
    public static final int NEWEST = 4;

    private static final int FIRST_WITH_LARGE_CHUNKS = 3;

    private ProtocolVersion() {}

    /**
     * The lower of ours and the peer's.
     *
     * @throws ProtocolException when the peer's is below 2
     */
    public static int choose(int ours, int theirs) throws ProtocolException {
        if (theirs >= 0 && theirs < OLDEST) {
            throw new ProtocolException(
                    "the peer speaks protocol %d, the oldest that is spoken here is %d".formatted(theirs, OLDEST));
        }
        return Integer.compareUnsigned(theirs, ours) < 0 ? theirs : ours;
    }

    /** The most data bytes that one frame of that version holds. */
    public static int maxChunk(int version) {
        return version < FIRST_WITH_LARGE_CHUNKS ? Limits.CHUNK_V2 : Limits.CHUNK;
    }
}
