package org.qair.exec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.policy.ServiceName;

/**
 * The directories that a qube's services are looked up in, first match wins: the field's {@code QREXEC_SERVICE_PATH}. A
 * file for service and argument together, in any directory, goes before one for the service alone.
 */
public record ServicePath(List<Path> directories) {
    /** Where the field looks, unless it is told otherwise. */
    public static final String DEFAULT = "/run/qubes-rpc:/usr/local/etc/qubes-rpc:/etc/qubes-rpc";

    public ServicePath {
        directories = List.copyOf(directories);
    }

    /** Takes it from a list of directories with {@code :} between them. */
    public static ServicePath parse(String path) {
        return new ServicePath(Directories.parse(path));
    }

    /**
     * The file that the service stands for; empty when there is none.
     *
     * @throws CallException.Failed when it cannot be told
     */
    public Optional<Path> find(ServiceName service) throws CallException.Failed {
        return FileLookup.first(directories, service);
    }
}
