package org.qair.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's machine code for this machine, taken out of its library's jar once. Else each process would put a copy of it into the directory of temporary
 * files, which may not run programs, and compare it byte for byte; one that is killed would leave it there.
 */
final class SqliteLibrary {
    private SqliteLibrary() {}

    /** @param file which is replaced; {@code org.sqlite.lib.path} and {@code org.sqlite.lib.name} name it to SQLite */
    static void write(Path file) throws IOException {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream code = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (code == null) {
                throw new IOException("SQLite's jar has no `%s`".formatted(resource));
            }
            long ignored = Files.copy(code, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
