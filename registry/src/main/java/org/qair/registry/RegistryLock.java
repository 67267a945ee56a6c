package org.qair.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to open a registry: held by one process at a time, through a lock on {@code <database>.lock} that the kernel
 * drops when the process ends, however it ends. The file stays, with the number of the last holder in it.
 */
public final class RegistryLock implements AutoCloseable {
    private static final int LONGEST_PID = 32;

    /** POSIX locks are a process's: closing any second channel of the file would drop the lock, so none is ever opened. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private RegistryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock without waiting.
     *
     * @throws RegistryLockedException naming the process that holds it
     */
    public static RegistryLock take(Path database) throws IOException {
        Path directory = database.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("`%s` is no file in a directory".formatted(database));
        }
        Path file = directory.toRealPath().resolve(database.getFileName() + ".lock");
        if (!HELD_HERE.add(file)) {
            throw new RegistryLockedException(
                    database, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            return new RegistryLock(file, lock(database, file));
        } catch (IOException | RuntimeException failed) {
            HELD_HERE.remove(file);
            throw failed;
        }
    }

    private static FileChannel lock(Path database, Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.tryLock() == null) {
                throw new RegistryLockedException(database, holder(channel));
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(LONGEST_PID);
        channel.read(content, 0);
        String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("[0-9]+") ? pid : "unknown";
    }

    /** Gives the lock up. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            HELD_HERE.remove(file);
        }
    }
}
