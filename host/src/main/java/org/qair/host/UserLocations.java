package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qair.channel.LocalCaller;
import org.qair.channel.VchanLocation;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files beside the default trigger socket that tell each Unix user's programs where their data channels are: in the directory of the
 * qube that {@link CallerLookup} takes that user for. Kept in step with the registry, after the qubes' own sockets. Safe for use by many
 * threads.
 */
final class UserLocations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UserLocations.class);

    private final HostLayout layout;
    private final Map<Path, VchanLocation> written = new HashMap<>();

    UserLocations(HostLayout layout) {
        this.layout = layout;
    }

    /** Writes what is missing or has changed, and deletes what has gone. */
    synchronized void follow(RegistrySnapshot registry) {
        try {
            Map<Path, VchanLocation> wanted = wanted(registry);
            Set<Path> gone = new HashSet<>(written.keySet());
            gone.removeAll(wanted.keySet());
            for (Path file : gone) {
                Files.deleteIfExists(file);
                written.remove(file);
            }
            for (Map.Entry<Path, VchanLocation> entry : wanted.entrySet()) {
                if (!entry.getValue().equals(written.get(entry.getKey()))) {
                    entry.getValue().write(entry.getKey());
                    written.put(entry.getKey(), entry.getValue());
                }
            }
        } catch (IOException | UncheckedIOException failed) {
            LOG.error(
                    "callers at `{}` may not find their data channels: {}",
                    layout.triggerSocket(),
                    failed.getMessage());
        }
    }

    private Map<Path, VchanLocation> wanted(RegistrySnapshot registry) throws IOException {
        int own = uid(layout.run());
        Map<Path, VchanLocation> wanted = new HashMap<>();
        for (QubeRecord qube : registry.qubes()) {
            Path directory = layout.qube(qube.qid());
            // Without one its sockets could not be made; one of the host's own may be of a qube whose user cannot be
            // given it.
            if (qube.unixUser().isPresent()
                    && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && uid(directory) != own) {
                wanted.put(VchanLocation.file(layout.triggerSocket(), uid(directory)), location(qube));
            }
        }
        Optional<QubeRecord> ours = CallerLookup.qubeOf(registry, QubeDoor.OWN_USER);
        ours.ifPresent(qube -> wanted.put(VchanLocation.file(layout.triggerSocket(), own), location(qube)));
        return wanted;
    }

    private VchanLocation location(QubeRecord qube) {
        LocalCaller caller = QubeDoor.caller(layout, qube);
        return new VchanLocation(caller.domain(), caller.vchanDirectory()).orInBand();
    }

    private static int uid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid");
    }

    @Override
    public synchronized void close() throws IOException {
        for (Path file : written.keySet()) {
            Files.deleteIfExists(file);
        }
        written.clear();
    }
}
