package org.qair.registry.admin;

import java.nio.charset.StandardCharsets;

/** What became of an Admin API call. */
public sealed interface AdminAnswer {
    /** It was carried out. */
    @SuppressWarnings("ArrayRecordComponent") // as it goes to the wire; nobody changes it
    record Ok(byte[] content) implements AdminAnswer {
        static Ok of(String content) {
            return new Ok(content.getBytes(StandardCharsets.UTF_8));
        }

        /** The content as text. */
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    /**
     * It was refused.
     *
     * @param type the field's class name, such as {@code QubesVMNotFoundError}
     */
    record Failure(String type, String message) implements AdminAnswer {}

    /** It makes no sense: unknown, or with an argument, payload or destination that it doesn't take. The caller gets not one byte, as in the field; {@code reason} is for the log. */
    record Malformed(String reason) implements AdminAnswer {}

    /** It asked for events, which are sent until the caller leaves. */
    record Events(AdminEvents events) implements AdminAnswer {}
}
