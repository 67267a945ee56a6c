package org.qair.policy;

import java.util.UUID;

/** The one spelling of UUIDs that names accept: 36 characters, lower or upper case. */
final class Uuids {
    static final UUID ADMIN_VM = new UUID(0, 0);
    private static final int LENGTH = 36;

    private Uuids() {}

    /** {@link UUID#fromString} also takes short groups, which would give one qube many names. */
    static UUID parse(String text) {
        if (text.length() == LENGTH) {
            try {
                UUID uuid = UUID.fromString(text);
                if (uuid.toString().equalsIgnoreCase(text)) {
                    return uuid;
                }
            } catch (IllegalArgumentException malformed) {
                throw invalid(text);
            }
        }
        throw invalid(text);
    }

    private static InvalidNameException invalid(String text) {
        return new InvalidNameException("`uuid:%s` is no uuid".formatted(Printable.of(text)));
    }
}
