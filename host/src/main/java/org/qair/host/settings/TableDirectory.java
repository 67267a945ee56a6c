package org.qair.host.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * A directory of files that are one table each and are called like what they describe: {@code peers.d/pi.toml}. Other names, and
 * those that start with a dot, are ignored. A file with a fault counts as missing; the others are not harmed.
 */
final class TableDirectory {
    /** The most bytes of one file. */
    static final int MAX_FILE = 64 * 1024;

    private static final int MAX_ENTRIES = 10_000;
    private static final String SUFFIX = ".toml";

    private TableDirectory() {}

    /** Reads one table; faults go to the table. */
    interface RowReader<T> {
        Optional<T> read(SettingsTable table, Optional<String> fileName);
    }

    /** What the sound files say, in the order of their names; what is wrong with the others goes to {@code faults}. */
    static <T> List<T> read(Path directory, RowReader<T> reader, List<String> faults) {
        List<T> found = new ArrayList<>();
        for (Path file : files(directory, faults)) {
            List<String> ofThis = new ArrayList<>();
            Optional<T> row = row(file, reader, ofThis);
            if (ofThis.isEmpty()) {
                row.ifPresent(found::add);
            }
            faults.addAll(ofThis);
        }
        return found;
    }

    private static List<Path> files(Path directory, List<String> faults) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(file -> isTable(file.getFileName().toString()))
                    .limit(MAX_ENTRIES + 1L)
                    .sorted()
                    .toList();
            if (files.size() <= MAX_ENTRIES) {
                return files;
            }
            faults.add("%s: more than %d files, none is read".formatted(directory, MAX_ENTRIES));
        } catch (IOException unreadable) {
            faults.add("%s: cannot be read: %s".formatted(directory, unreadable.getMessage()));
        }
        return List.of();
    }

    private static boolean isTable(String name) {
        return name.endsWith(SUFFIX) && !name.startsWith(".") && name.length() > SUFFIX.length();
    }

    private static <T> Optional<T> row(Path file, RowReader<T> reader, List<String> faults) {
        String name = file.getFileName().toString();
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IOException("more than %d bytes".formatted(MAX_FILE));
            }
            TomlParseResult toml = Toml.parse(new String(bytes, StandardCharsets.UTF_8));
            toml.errors()
                    .forEach(error -> faults.add(
                            "%s:%d: %s".formatted(file, error.position().line(), error.getMessage())));
            return faults.isEmpty()
                    ? reader.read(
                            new SettingsTable(file.toString(), toml, faults),
                            Optional.of(name.substring(0, name.length() - SUFFIX.length())))
                    : Optional.empty();
        } catch (IOException unreadable) {
            faults.add("%s: cannot be read: %s".formatted(file, unreadable.getMessage()));
            return Optional.empty();
        }
    }
}
