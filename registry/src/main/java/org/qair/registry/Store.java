package org.qair.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** The SQLite file. Used by one thread at a time. */
final class Store implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path database;
    private final Connection connection;

    private Store(Path database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    static Store open(Path database) throws IOException {
        makePrivate(database);
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setLockingMode(LockingMode.EXCLUSIVE);
        config.enforceForeignKeys(true);
        Connection opened = null;
        try {
            opened = config.createConnection("jdbc:sqlite:" + database.toAbsolutePath());
            opened.setAutoCommit(false);
            Migrations.run(opened, database);
            Store store = new Store(database, opened);
            store.begin();
            return store;
        } catch (SQLException failed) {
            closeQuietly(opened, failed);
            throw new IOException(
                    "the registry `%s` can't be opened: %s".formatted(database, failed.getMessage()), failed);
        } catch (IOException failed) {
            closeQuietly(opened, failed);
            throw failed;
        }
    }

    /** SQLite gives its `-wal` and `-shm` files the mode of the database, so the database's mode is all there is to set. */
    private static void makePrivate(Path database) throws IOException {
        if (Files.exists(database)) {
            Files.setPosixFilePermissions(database, OWNER_ONLY);
            return;
        }
        Files.createFile(database, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Path directory = database.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
                entry.force(true);
            }
        }
    }

    /** What every registry has from its first moment on. */
    private void begin() throws SQLException {
        if (!Rows.hasAdminVm(connection)) {
            for (Label label : Label.BUILT_IN) {
                Rows.insertLabel(connection, label);
            }
            Rows.insert(connection, QubeRecord.adminVm());
            connection.commit();
        }
    }

    RegistrySnapshot load() throws IOException {
        try {
            RegistrySnapshot loaded = Rows.load(connection);
            connection.commit();
            return loaded;
        } catch (SQLException | IllegalArgumentException failed) {
            throw new IOException("the registry `%s` is damaged: %s".formatted(database, failed.getMessage()), failed);
        }
    }

    /** Writes what a change made different, in one transaction. */
    void write(Collection<UUID> touched, RegistrySnapshot before, RegistrySnapshot after) {
        try {
            for (UUID uuid : touched) {
                Rows.delete(connection, uuid);
            }
            for (UUID uuid : touched) {
                if (after.find(uuid).isPresent()) {
                    Rows.insert(connection, after.find(uuid).get());
                }
            }
            writeOthers(before, after);
            connection.commit();
        } catch (SQLException failed) {
            rollBack(failed);
            throw new UncheckedIOException(new IOException(
                    "the registry `%s` can't be written: %s".formatted(database, failed.getMessage()), failed));
        }
    }

    private void writeOthers(RegistrySnapshot before, RegistrySnapshot after) throws SQLException {
        if (!before.global().equals(after.global())) {
            Rows.replaceGlobals(connection, after.global());
        }
        if (!before.labels().equals(after.labels())) {
            Rows.replaceLabels(connection, after.labels());
        }
        if (before.nextQid() != after.nextQid()) {
            Rows.setNextQid(connection, after.nextQid());
        }
    }

    private void rollBack(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            cause.addSuppressed(alsoFailed);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new UncheckedIOException(new IOException(
                    "the registry `%s` can't be closed: %s".formatted(database, failed.getMessage()), failed));
        }
    }

    private static void closeQuietly(@Nullable Connection connection, Exception cause) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException alsoFailed) {
            cause.addSuppressed(alsoFailed);
        }
    }
}
