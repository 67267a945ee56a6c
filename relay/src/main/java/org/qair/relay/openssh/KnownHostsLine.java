package org.qair.relay.openssh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One line of a known_hosts file: optional marker, hosts, key type, key.
 *
 * @param hosts patterns, separated by commas, or one hashed name
 * @param key type and Base64, as in a public key line; not looked at yet
 */
record KnownHostsLine(Marker marker, String hosts, String key) {
    private static final String HASHED = "|1|";
    private static final int MOST = 32 * 1024;

    /** What a line says of its key. */
    enum Marker {
        NONE,
        AUTHORITY,
        REVOKED
    }

    /** Empty for a comment, an empty line, and one that is none. */
    static Optional<KnownHostsLine> parse(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#") || text.length() > MOST) {
            return Optional.empty();
        }
        Marker marker = Marker.NONE;
        if (text.startsWith("@")) {
            String[] parts = text.split("[ \t]+", 2);
            Optional<Marker> known = marker(parts[0]);
            if (known.isEmpty() || parts.length < 2) {
                return Optional.empty();
            }
            marker = known.get();
            text = parts[1];
        }
        String[] words = text.split("[ \t]+", 4);
        return words.length < 3
                ? Optional.empty()
                : Optional.of(new KnownHostsLine(marker, words[0], words[1] + " " + words[2]));
    }

    private static Optional<Marker> marker(String word) {
        return switch (word) {
            case "@cert-authority" -> Optional.of(Marker.AUTHORITY);
            case "@revoked" -> Optional.of(Marker.REVOKED);
            default -> Optional.empty();
        };
    }

    /** @param name in lower case, with its port in brackets when that is not 22 */
    boolean isFor(String name) {
        return hosts.startsWith(HASHED) ? isHashOf(name) : HostPatterns.match(hosts.toLowerCase(Locale.ROOT), name);
    }

    private boolean isHashOf(String name) {
        List<String> parts = List.of(hosts.substring(HASHED.length()).split("\\|", -1));
        if (parts.size() != 2) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1"); // the format's choice; it hides names, it protects nothing
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts.getFirst()), "HmacSHA1"));
            byte[] hash = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(hash, Base64.getDecoder().decode(parts.getLast()));
        } catch (IllegalArgumentException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC-SHA1 in this JDK", e);
        }
    }
}
