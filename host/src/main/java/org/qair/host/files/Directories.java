package org.qair.host.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes directories with the permissions they are to have from their first moment. */
public final class Directories {
    private static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private Directories() {}

    /** One that everybody may look into. */
    public static void makePublic(Path directory) throws IOException {
        make(directory, PUBLIC);
    }

    /** One for its owner alone; an existing one that others may enter is corrected. */
    public static void makePrivate(Path directory) throws IOException {
        make(directory, PRIVATE);
        Files.setPosixFilePermissions(directory, PRIVATE);
    }

    private static void make(Path directory, Set<PosixFilePermission> permissions) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            make(parent, PUBLIC);
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions));
        }
    }
}
