package org.qair.relay.openssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What known_hosts files say of one host: the public key lines of its keys, of the authorities that sign for it, and of keys
 * that are revoked. Immutable.
 */
public record KnownHosts(List<String> keys, List<String> authorities, List<String> revoked) {
    private static final int SSH_PORT = 22;
    private static final long LARGEST = 32L << 20;

    public KnownHosts {
        keys = List.copyOf(keys);
        authorities = List.copyOf(authorities);
        revoked = List.copyOf(revoked);
    }

    /**
     * Reads the files that there are. A host at another port than 22 is looked for with its port, and when nothing is known
     * of that, without it, as OpenSSH does.
     *
     * @param port zero when {@code host} is an alias, which has no port
     * @throws ConfigException when a file cannot be read
     */
    public static KnownHosts find(List<Path> files, String host, int port) throws ConfigException {
        List<KnownHostsLine> lines = new ArrayList<>();
        for (Path file : files) {
            lines.addAll(read(file));
        }
        String plain = host.toLowerCase(Locale.ROOT);
        if (port == 0 || port == SSH_PORT) {
            return of(lines, plain);
        }
        KnownHosts found = of(lines, "[%s]:%d".formatted(plain, port));
        return found.keys().isEmpty() && found.authorities().isEmpty()
                ? of(lines, plain).with(found.revoked())
                : found;
    }

    private KnownHosts with(List<String> moreRevoked) {
        List<String> all = new ArrayList<>(revoked);
        all.addAll(moreRevoked);
        return new KnownHosts(keys, authorities, all);
    }

    private static KnownHosts of(List<KnownHostsLine> lines, String name) {
        List<String> keys = new ArrayList<>();
        List<String> authorities = new ArrayList<>();
        List<String> revoked = new ArrayList<>();
        for (KnownHostsLine line : lines) {
            if (line.isFor(name)) {
                switch (line.marker()) {
                    case NONE -> keys.add(line.key());
                    case AUTHORITY -> authorities.add(line.key());
                    case REVOKED -> revoked.add(line.key());
                }
            }
        }
        return new KnownHosts(keys, authorities, revoked);
    }

    private static List<KnownHostsLine> read(Path file) throws ConfigException {
        try {
            if (!Files.isRegularFile(file)) {
                return List.of();
            }
            if (Files.size(file) > LARGEST) {
                throw new ConfigException("`%s` has more than %d bytes".formatted(file, LARGEST));
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .flatMap(line -> KnownHostsLine.parse(line).stream())
                    .toList();
        } catch (ConfigException e) {
            throw e;
        } catch (IOException e) {
            throw new ConfigException("`%s` cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
