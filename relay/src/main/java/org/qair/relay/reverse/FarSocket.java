package org.qair.relay.reverse;

/** Whether the {@code sshd} of a peer listens for calls back, as it was found last. */
public sealed interface FarSocket {
    /** The peer is a Qair host, which opens a channel for each call and needs no socket. */
    record NotNeeded() implements FarSocket {}

    /**
     * It listens, as long as the connection lasts.
     *
     * @param path absolute, on the far machine
     */
    record Listens(String path) implements FarSocket {}

    /**
     * It does not.
     *
     * @param reason for people, with what the far machine said
     */
    record Refused(Fault fault, String reason) implements FarSocket {}

    /** There is no connection, or it was not answered yet. */
    record Waiting() implements FarSocket {}

    /** Why it does not listen. */
    enum Fault {
        /** The {@code sshd} forwards no Unix sockets for this account or key, or their directory is missing. */
        FORBIDDEN,
        /** Something that is no socket is where it was to be. */
        OCCUPIED,
        /** It does not listen at an absolute path, and there is no {@code sftp} to see what is there. */
        UNSEEN,
        /** The path starts at the account's home, and there is no {@code sftp} that tells where that is. */
        HOMELESS,
        /** Something else; the reason says what. */
        OTHER
    }
}
