package org.qair.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A unit of {@code systemd} that is shipped, with its drop-ins, copied to where {@code systemd} itself can be asked what is wrong with it. */
public final class ShippedUnit {
    /** The program that is asked. */
    public static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    private final Path shipped;
    private final Path unit;

    /**
     * Copies it.
     *
     * @param shipped the directory that it is in
     * @param program what it starts, which need not be installed here: {@code /bin/true} takes its place
     */
    public ShippedUnit(Path shipped, String name, String program, Path directory) throws IOException {
        this.shipped = shipped;
        this.unit = Files.writeString(
                directory.resolve(name), Files.readString(shipped.resolve(name)).replace(program, "/bin/true"));
    }

    /** Adds a drop-in that is shipped beside it. */
    public void add(String part) throws IOException {
        add(part, Files.readString(shipped.resolve(part)));
    }

    /** Adds a drop-in with this text. */
    public void add(String part, String text) throws IOException {
        Path directory = Files.createDirectories(unit.resolveSibling(unit.getFileName() + ".d"));
        Files.writeString(directory.resolve(part), text);
    }

    /** What {@code systemd-analyze verify} says of it: nothing when all is well. */
    public String faults() throws IOException, InterruptedException {
        return faults(unit);
    }

    /** The same of another unit. */
    public static String faults(Path unit) throws IOException, InterruptedException {
        Process analyze = new ProcessBuilder(ANALYZE.toString(), "verify", "--recursive-errors=no", unit.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        analyze.waitFor();
        return said;
    }
}
