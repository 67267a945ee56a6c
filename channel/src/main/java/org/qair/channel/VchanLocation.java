package org.qair.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Where a client's data channels are made: its own domain number and the directory, {@code VCHAN_DOMAIN} and
 * {@code VCHAN_SOCKET_DIR} of libvchan's socket backend. A host that has more than one qube on a machine writes them into a file
 * beside the trigger socket, {@code vchan.env}, or {@code vchan.UID.env} where one socket serves several users.
 *
 * @param inBand whether a client does better without one: whoever listens takes the data on the connection of the request
 *     ({@code QAIR_IN_BAND=yes})
 */
public record VchanLocation(int domain, Path directory, boolean inBand) {
    /** Where libvchan has its sockets when nothing else is said. */
    public static final Path DEFAULT_DIRECTORY = Path.of("/var/run/vchan");

    /** One where a client makes vchans. */
    public VchanLocation(int domain, Path directory) {
        this(domain, directory, false);
    }

    /** The same from one that takes the data on the connection, too. */
    public VchanLocation orInBand() {
        return new VchanLocation(domain, directory, true);
    }

    /** That nothing says where a client's data channels are made. */
    public static final class UnknownException extends IOException {
        private static final long serialVersionUID = 1L;

        UnknownException(String message) {
            super(message);
        }
    }

    private static final String DOMAIN = "VCHAN_DOMAIN";
    private static final String DIRECTORY = "VCHAN_SOCKET_DIR";
    private static final String IN_BAND = "QAIR_IN_BAND=yes";
    private static final String FILE = "vchan.env";

    /** The file for a socket that is one qube's. */
    public static Path file(Path trigger) {
        return trigger.resolveSibling(FILE);
    }

    /** The file for one user of a socket that serves several. */
    public static Path file(Path trigger, int uid) {
        return trigger.resolveSibling("vchan." + uid + ".env");
    }

    /** Writes the file whole or not at all. Its permissions are the directory's business; it holds no secret. */
    public void write(Path file) throws IOException {
        Path aside = file.resolveSibling("." + file.getFileName() + ".new");
        String text = DOMAIN + "=" + domain + "\n" + DIRECTORY + "=" + directory + "\n";
        Files.writeString(aside, inBand ? text + IN_BAND + "\n" : text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Finds the location that belongs to a trigger socket: the environment if it has {@code VCHAN_DOMAIN}, else the file beside
     * the socket, symlinks resolved, else the one of this process's user.
     *
     * @throws UnknownException when there is none
     * @throws IOException when it is malformed (with file and line)
     */
    public static VchanLocation find(Path trigger, Map<String, String> environment) throws IOException {
        String domain = environment.get(DOMAIN);
        String directory = environment.get(DIRECTORY);
        if (domain != null) {
            return new VchanLocation(
                    number(DOMAIN + " in the environment", domain),
                    directory == null ? DEFAULT_DIRECTORY : Path.of(directory));
        }
        VchanLocation found = besideSocket(realPath(trigger));
        return directory == null ? found : new VchanLocation(found.domain, Path.of(directory), found.inBand);
    }

    private static Path realPath(Path trigger) throws IOException {
        try {
            return trigger.toRealPath();
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no socket `" + trigger + "`: does the host or the agent run?", missing);
        }
    }

    private static VchanLocation besideSocket(Path trigger) throws IOException {
        Path own = file(trigger);
        try {
            return parse(own, Files.readString(own));
        } catch (NoSuchFileException none) {
            return ofUser(trigger);
        }
    }

    private static VchanLocation ofUser(Path trigger) throws IOException {
        Path file = file(trigger, (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        try {
            return parse(file, Files.readString(file));
        } catch (NoSuchFileException none) {
            throw new UnknownException("the vchan domain is unknown: set " + DOMAIN + ", or let the host write `"
                    + file(trigger) + "` or `" + file + "`");
        }
    }

    private static VchanLocation parse(Path file, String text) throws IOException {
        int domain = -1;
        Path directory = DEFAULT_DIRECTORY;
        boolean inBand = false;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            String place = file + ":" + ++number;
            if (line.startsWith(DOMAIN + "=")) {
                domain = number(place, line.substring(DOMAIN.length() + 1));
            } else if (line.startsWith(DIRECTORY + "=/")) {
                directory = Path.of(line.substring(DIRECTORY.length() + 1));
            } else if (line.equals(IN_BAND)) {
                inBand = true;
            } else if (!line.isBlank()) {
                throw new IOException(place + ": `" + line + "` is none of " + DOMAIN + "=NUMBER, " + DIRECTORY
                        + "=/PATH, " + IN_BAND);
            }
        }
        if (domain < 0) {
            throw new IOException(file + ": " + DOMAIN + " is missing");
        }
        return new VchanLocation(domain, directory, inBand);
    }

    private static int number(String place, String text) throws IOException {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            throw new IOException(place + ": `" + text + "` is no vchan domain number", malformed);
        }
        throw new IOException(place + ": `" + text + "` is no vchan domain number");
    }
}
