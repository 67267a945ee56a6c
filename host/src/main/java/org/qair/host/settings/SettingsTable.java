package org.qair.host.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.qair.policy.NearMiss;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** One table of the settings file; what is wrong in it goes to the common list of faults. */
final class SettingsTable {
    private static final int HIGHEST_PORT = 65_535;

    private final String file;
    private final TomlTable table;
    private final List<String> faults;

    SettingsTable(String file, TomlTable table, List<String> faults) {
        this.file = file;
        this.table = table;
        this.faults = faults;
    }

    /** An address and a port as the file has them. */
    record Address(String host, int port) {}

    /** Every other key is a fault, which names the one that was probably meant, or all. */
    void allow(String... keys) {
        List<String> known = List.of(keys);
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                String hint = NearMiss.of(key, known)
                        .map(NearMiss::hint)
                        .orElse(": there is `%s`".formatted(String.join("`, `", known)));
                fault(key, "unknown key `%s`".formatted(key) + hint);
            }
        }
    }

    Optional<SettingsTable> table(String key) {
        return typed(key, TomlTable.class, "a table").map(found -> new SettingsTable(file, found, faults));
    }

    List<SettingsTable> tables(String key) {
        List<SettingsTable> found = new ArrayList<>();
        typed(key, TomlArray.class, "an array of tables").ifPresent(array -> {
            for (Object element : array.toList()) {
                if (element instanceof TomlTable entry) {
                    found.add(new SettingsTable(file, entry, faults));
                } else {
                    fault(key, "`%s` is to be an array of tables: [[%s]]".formatted(key, key));
                }
            }
        });
        return found;
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    Optional<String> string(String key) {
        return typed(key, String.class, "a string");
    }

    Optional<String> required(String key) {
        if (!table.contains(List.of(key))) {
            faults.add("%s:%d: `%s` is missing".formatted(file, line(), key));
        }
        return string(key);
    }

    /** The key {@code name}; in a file of its own the table is called like the file, and a {@code name} must say the same. */
    Optional<String> name(Optional<String> fileName) {
        if (fileName.isEmpty()) {
            return required("name");
        }
        Optional<String> given = string("name");
        if (given.isPresent() && !given.equals(fileName)) {
            fault("name", "`name` is `%s` in a file called `%s`".formatted(given.get(), fileName.get()));
        }
        return fileName;
    }

    /** One string, or several in an array. */
    List<String> strings(String key) {
        if (table.get(List.of(key)) instanceof TomlArray array) {
            List<String> found = IntStream.range(0, array.size())
                    .mapToObj(array::get)
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
            if (found.size() < array.size()) {
                fault(key, "`%s` is to be an array of strings".formatted(key));
            }
            return found;
        }
        return string(key).stream().toList();
    }

    Optional<Long> number(String key, long least, long most) {
        Optional<Long> found = typed(key, Long.class, "a whole number");
        if (found.isPresent() && (found.get() < least || found.get() > most)) {
            fault(key, "`%s` is to be from %d to %d".formatted(key, least, most));
            return Optional.empty();
        }
        return found;
    }

    Optional<Boolean> flag(String key) {
        return typed(key, Boolean.class, "`true` or `false`");
    }

    /** A {@link Boolean} or a {@link String}. */
    Optional<Object> flagOrString(String key) {
        Object value = table.get(List.of(key));
        if (value instanceof Boolean || value instanceof String) {
            return Optional.of(value);
        }
        if (value != null) {
            fault(key, "`%s` is to be `true`, `false` or a string".formatted(key));
        }
        return Optional.empty();
    }

    Optional<String> choice(String key, String... words) {
        Optional<String> found = string(key);
        if (found.isPresent() && !Arrays.asList(words).contains(found.get())) {
            fault(key, "`%s` is to be one of `%s`".formatted(key, String.join("`, `", words)));
            return Optional.empty();
        }
        return found;
    }

    /** Reads {@code HOST:PORT}, {@code [IPV6]:PORT}, or with a usual port also {@code HOST} alone. */
    Optional<Address> address(String key, String text, int usualPort) {
        int colon = text.lastIndexOf(':');
        boolean bare = colon < 0 || text.endsWith("]");
        String host = bare ? text : text.substring(0, colon);
        int port = bare ? usualPort : port(text.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            port = -1;
        }
        if (host.isEmpty() || port < 0) {
            fault(key, "`%s` is no address: write `HOST:PORT` or `[IPV6]:PORT`".formatted(text));
            return Optional.empty();
        }
        return Optional.of(new Address(host, port));
    }

    private static int port(String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
        return port <= HIGHEST_PORT ? port : -1;
    }

    void fault(String key, String message) {
        faults.add(place(key) + ": " + message);
    }

    String place(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return file + ":" + (position == null ? line() : position.line());
    }

    /** The line of the first key: a table's own line is not kept. */
    private int line() {
        return table.keySet().stream()
                .map(key -> table.inputPositionOf(List.of(key)))
                .filter(position -> position != null)
                .mapToInt(TomlPosition::line)
                .min()
                .orElse(1);
    }

    private <T> Optional<T> typed(String key, Class<T> type, String kind) {
        Object value = table.get(List.of(key));
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            fault(key, "`%s` is to be %s".formatted(key, kind));
            return Optional.empty();
        }
        return Optional.of(type.cast(value));
    }
}
