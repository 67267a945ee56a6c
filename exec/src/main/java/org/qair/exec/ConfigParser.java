package org.qair.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.policy.NearMiss;
import org.qair.policy.Printable;

/**
 * Reads the text of an {@code rpc-config} file: lines {@code key = value}, the value a whole number, {@code true}, {@code false} or a
 * string in single quotes; {@code #} begins a comment. Any fault refuses the file.
 */
final class ConfigParser {
    private static final String FORCE_USER = "force-user";
    private static final String WAIT = "wait-for-session";
    private static final String SKIP = "skip-service-descriptor";
    private static final String CLIENT_EOF = "exit-on-client-eof";
    private static final String SERVICE_EOF = "exit-on-service-eof";
    private static final List<String> KEYS = List.of(FORCE_USER, WAIT, SKIP, CLIENT_EOF, SERVICE_EOF);

    private final String file;
    private final Map<String, Setting> settings = new HashMap<>();

    /** @param file what faults call it */
    ConfigParser(String file) {
        this.file = file;
    }

    private record Setting(ConfigValue value, int line) {}

    /** @throws CallException.Failed naming the line and what is wrong there */
    ServiceConfig parse(byte[] content) throws CallException.Failed {
        String[] lines = new String(content, ISO_8859_1).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
            if (line.indexOf('\0') >= 0) {
                throw fault(i + 1, "there is a NUL at %d".formatted(line.indexOf('\0')));
            }
            if (!line.isEmpty() && line.charAt(0) != '#') {
                put(i + 1, line);
            }
        }
        ServiceConfig config =
                new ServiceConfig(user(), waits(), isTrue(SKIP), isTrue(CLIENT_EOF), isTrue(SERVICE_EOF));
        checkTogether();
        return config;
    }

    private void put(int number, String line) throws CallException.Failed {
        int end = keyEnd(number, line);
        int equals = skipBlanks(line, end);
        if (equals == line.length() || line.charAt(equals) != '=') {
            throw fault(number, "there is no `=` behind `%s`".formatted(Printable.of(line.substring(0, end))));
        }
        String key = line.substring(0, end);
        if (!KEYS.contains(key)) {
            throw fault(number, "unknown key `%s`%s".formatted(Printable.of(key), hint(key)));
        }
        try {
            ConfigValue value = ConfigValue.parse(line.substring(skipBlanks(line, equals + 1)));
            if (settings.put(key, new Setting(value, number)) != null) {
                throw fault(number, "`%s` is there twice".formatted(key));
            }
        } catch (IllegalArgumentException malformed) {
            throw fault(number, "`%s`: %s".formatted(key, malformed.getMessage()));
        }
    }

    private static String hint(String key) {
        return NearMiss.of(key, KEYS)
                .map(NearMiss::hint)
                .orElseGet(() -> ": there is `%s`".formatted(String.join("`, `", KEYS)));
    }

    private int keyEnd(int number, String line) throws CallException.Failed {
        if (!isLetter(line.charAt(0))) {
            throw fault(
                    number,
                    "a line is to begin with a key, not with `%s`".formatted(Printable.of(line.substring(0, 1))));
        }
        int end = 1;
        while (end < line.length() && isInKey(line.charAt(end))) {
            end++;
        }
        return end;
    }

    private Optional<String> user() throws CallException.Failed {
        Setting setting = settings.get(FORCE_USER);
        if (setting == null) {
            return Optional.empty();
        }
        if (setting.value() instanceof ConfigValue.Text(String name) && !name.isEmpty()) {
            return Optional.of(name);
        }
        throw fault(setting.line(), "`%s` is to be a user's name in single quotes".formatted(FORCE_USER));
    }

    private boolean waits() throws CallException.Failed {
        Setting setting = settings.get(WAIT);
        if (setting != null && setting.value() instanceof ConfigValue.Whole(long number)) {
            if (number > 1) {
                throw fault(setting.line(), "`%s` is to be `true`, `false`, 0 or 1".formatted(WAIT));
            }
            return number == 1;
        }
        return isTrue(WAIT);
    }

    private boolean isTrue(String key) throws CallException.Failed {
        Setting setting = settings.get(key);
        if (setting == null) {
            return false;
        }
        if (setting.value() instanceof ConfigValue.Truth(boolean truth)) {
            return truth;
        }
        throw fault(setting.line(), "`%s` is to be `true` or `false`".formatted(key));
    }

    /** A socket is not run as anybody, so whoever writes both has one of them wrong. */
    private void checkTogether() throws CallException.Failed {
        Setting user = settings.get(FORCE_USER);
        for (String key : List.of(SKIP, CLIENT_EOF, SERVICE_EOF)) {
            Setting other = settings.get(key);
            if (user != null && other != null && isTrue(key)) {
                throw fault(
                        Math.max(user.line(), other.line()),
                        "`%s` is for programs and `%s` for sockets: no service has both".formatted(FORCE_USER, key));
            }
        }
    }

    private CallException.Failed fault(int line, String message) {
        return new CallException.Failed("%s:%d: %s".formatted(file, line, message));
    }

    private static int skipBlanks(String line, int from) {
        int at = from;
        while (at < line.length() && ConfigValue.isBlank(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isInKey(char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    }
}
