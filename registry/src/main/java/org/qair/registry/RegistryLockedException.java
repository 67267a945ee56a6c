package org.qair.registry;

import java.io.IOException;
import java.nio.file.Path;

/** The registry is open in another process, most often a running host. */
public final class RegistryLockedException extends IOException {
    private static final long serialVersionUID = 1L;

    RegistryLockedException(Path database, String holder) {
        super("the registry `%s` is in use by process %s".formatted(database, holder));
    }
}
