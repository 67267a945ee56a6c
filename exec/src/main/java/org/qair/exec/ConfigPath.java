package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.policy.ServiceName;

/**
 * The directories that the configuration of a service is looked up in, first match wins: the field's
 * {@code QUBES_RPC_CONFIG_PATH}. A file of service and argument together takes the place of one for the service alone; nothing is
 * merged.
 */
public record ConfigPath(List<Path> directories) {
    /** Where the field looks, unless it is told otherwise. */
    public static final String DEFAULT = "/run/qubes/rpc-config:/usr/local/etc/qubes/rpc-config:/etc/qubes/rpc-config";

    private static final int LARGEST = 4_096;

    public ConfigPath {
        directories = List.copyOf(directories);
    }

    /** Takes it from a list of directories with {@code :} between them. */
    public static ConfigPath parse(String path) {
        return new ConfigPath(Directories.parse(path));
    }

    /**
     * Reads the service's configuration; one that has none has {@link ServiceConfig#NONE}.
     *
     * @throws CallException.Failed when it cannot be read or has any fault, with its place
     */
    ServiceConfig load(ServiceName service) throws CallException.Failed {
        Optional<Path> file = FileLookup.first(directories, service);
        if (file.isEmpty()) {
            return ServiceConfig.NONE;
        }
        return new ConfigParser(file.get().toString()).parse(read(file.get()));
    }

    private static byte[] read(Path file) throws CallException.Failed {
        if (!Files.isRegularFile(file)) {
            throw new CallException.Failed("`%s` is no file that can be read".formatted(file));
        }
        try (InputStream opened = Files.newInputStream(file)) {
            byte[] content = opened.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new CallException.Failed("`%s` has more than %d bytes".formatted(file, LARGEST));
            }
            return content;
        } catch (IOException unreadable) {
            throw new CallException.Failed("`%s` cannot be read: %s".formatted(file, unreadable), unreadable);
        }
    }
}
