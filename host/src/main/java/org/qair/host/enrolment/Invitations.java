package org.qair.host.enrolment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.host.files.Directories;
import org.qair.host.files.WholeFile;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.registry.admin.Admin;
import org.qair.relay.keys.SshKeys;
import tools.jackson.databind.json.JsonMapper;

/**
 * The invitations of a host that are open, a file each; none holds a secret. The command that makes one and the host that is joined
 * share them through the directory.
 */
public final class Invitations {
    private static final int MAX_OPEN = 1000;
    private static final int NAME_DIGITS = 32;

    private final Path directory;

    public Invitations(Path directory) {
        this.directory = directory;
    }

    /**
     * Says what stands in the way of an invitation, as far as it can be seen before it is used.
     *
     * @throws EnrolmentException saying what it is
     */
    public static void check(EnrolmentPlaces places, Admin admin, Invitation invitation)
            throws IOException, EnrolmentException {
        new InvitingHost(places, admin, key -> false, () -> {}, List::of).check(invitation);
    }

    /** Keeps one, in place of one with the same key. */
    public void put(Invitation invitation) throws IOException {
        Directories.makePrivate(directory);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", SshKeys.publicLine(invitation.key(), ""));
        fields.put("relay", invitation.relay().value());
        fields.put("target", invitation.target().value());
        fields.put("sources", invitation.sources().stream().map(QubeName::value).toList());
        fields.put(
                "services",
                invitation.services().stream().map(ServiceName::toString).toList());
        fields.put("policy", invitation.policy());
        fields.put("expires", invitation.expires().toString());
        fields.put("tries", invitation.tries());
        WholeFile.replace(file(invitation.key()), JsonMapper.shared().writeValueAsString(fields) + "\n");
    }

    /** The one that is open for the holder of a key. */
    public Optional<Invitation> find(PublicKey key, Instant now) throws IOException {
        Path file = file(key);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Invitation found = read(file);
        return found.key().equals(key) && found.isOpen(now) ? Optional.of(found) : Optional.empty();
    }

    public void remove(PublicKey key) throws IOException {
        Files.deleteIfExists(file(key));
    }

    /** Those that are open; the files of the others are removed. */
    public List<Invitation> open(Instant now) throws IOException {
        List<Invitation> open = new ArrayList<>();
        for (Path file : files()) {
            Invitation found = read(file);
            if (found.isOpen(now)) {
                open.add(found);
            } else {
                Files.deleteIfExists(file);
            }
        }
        return open;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.toString().endsWith(".json"))
                    .limit(MAX_OPEN)
                    .sorted()
                    .toList();
        }
    }

    /** Named by the key's digest: a key that somebody shows is looked up without reading the others. */
    private Path file(PublicKey key) {
        return directory.resolve(HexFormat.of().formatHex(SshKeys.digest(key)).substring(0, NAME_DIGITS) + ".json");
    }

    private static Invitation read(Path file) throws IOException {
        try {
            Fields fields = Fields.of(Files.readString(file));
            return new Invitation(
                    SshKeys.parsePublicLine(fields.string("key")),
                    new QubeName(fields.string("relay")),
                    new QubeName(fields.string("target")),
                    fields.list("sources", Invitation.MAX_NAMES, QubeName::new),
                    fields.list("services", Invitation.MAX_NAMES, ServiceName::parse),
                    fields.flag("policy"),
                    Instant.parse(fields.string("expires")),
                    fields.number("tries"));
        } catch (NoSuchFileException used) {
            throw used;
        } catch (IllegalArgumentException | DateTimeException malformed) {
            throw new IOException("`%s` is no invitation: %s".formatted(file, malformed.getMessage()), malformed);
        }
    }
}
