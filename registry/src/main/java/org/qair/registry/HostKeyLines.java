package org.qair.registry;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.qair.policy.Printable;

/**
 * The value of {@code host_key}: public key lines of OpenSSH ({@code ssh-ed25519 AAAA… comment}) with commas between them, one, or
 * several while a host changes its key.
 */
final class HostKeyLines {
    private static final String TYPE = "ssh-ed25519";
    private static final int MOST = 4;
    /** Length and name of the type, length of the key, the key. */
    private static final int BLOB = 4 + 11 + 4 + 32;

    private HostKeyLines() {}

    static List<String> split(String value) {
        return Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    }

    static void check(String property, String value) throws RegistryException {
        List<String> lines = split(value);
        if (lines.size() > MOST) {
            throw invalid(property, value, "at most %d keys are taken".formatted(MOST));
        }
        for (String line : lines) {
            if (!isKey(line)) {
                throw invalid(
                        property,
                        value,
                        "a host's key is `ssh-ed25519 AAAA...`, as `qair key show --host` prints it there");
            }
        }
    }

    private static boolean isKey(String line) {
        String[] words = line.split(" +", 3);
        if (words.length < 2 || !words[0].equals(TYPE)) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(words[1]).length == BLOB;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static RegistryException invalid(String property, String value, String reason) {
        return new RegistryException(
                RegistryError.QubesPropertyValueError,
                "invalid value `%s` for property `%s`: %s".formatted(Printable.of(value), property, reason));
    }
}
