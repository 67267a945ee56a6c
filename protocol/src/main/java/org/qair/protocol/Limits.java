package org.qair.protocol;

/** The limits of qrexec's messages, in bytes (protocol 4, {@code qrexec.h} of the field). */
public final class Limits {
    /** The header before every message but the bare answer to a trigger: type and length. */
    public static final int HEADER = 8;

    /** Service, {@code +} and argument together, without the NUL. */
    public static final int SERVICE = 65_000;

    /** The command of an {@code EXEC_CMDLINE}, with its NUL. */
    public static final int COMMAND = 65_535;

    /** The most data in one frame from protocol 3 on. */
    public static final int CHUNK = 65_536;

    /** The most data in one frame of protocol 2. */
    public static final int CHUNK_V2 = 4_096;

    /** A name field, with its NUL. */
    public static final int NAME_FIELD = 64;

    /** The target field of protocol 2, with its NUL. */
    public static final int TARGET_FIELD_V2 = 32;

    /** The ident of a request, with its NUL. */
    public static final int IDENT_FIELD = 32;

    /** The vchan port of the control channel; data ports follow it. */
    public static final int CONTROL_PORT = 512;

    private Limits() {}
}
