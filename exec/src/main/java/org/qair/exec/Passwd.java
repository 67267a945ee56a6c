package org.qair.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The accounts of this machine, by {@code getpwnam_r(3)} and {@code getpwuid_r(3)}: wherever they are kept. The JDK knows an
 * account's number, not its home and shell.
 */
@SuppressWarnings("restricted") // these functions are all that is called
final class Passwd {
    private static final int OUT_OF_RANGE = 34;
    private static final int LARGEST_BUFFER = 1 << 20;

    /** {@code struct passwd}: name, password, uid and gid, comment, home, shell. */
    private static final MemoryLayout ENTRY =
            MemoryLayout.structLayout(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    private static final long UID = 16;
    private static final long GID = 20;
    private static final long HOME = 32;
    private static final long SHELL = 40;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle BY_NAME = function("getpwnam_r", ADDRESS);
    private static final MethodHandle BY_UID = function("getpwuid_r", JAVA_INT);
    private static final MethodHandle EFFECTIVE_UID = LINKER.downcallHandle(
            LINKER.defaultLookup().find("geteuid").orElseThrow(), FunctionDescriptor.of(JAVA_INT));

    private Passwd() {}

    private static MethodHandle function(String name, MemoryLayout key) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, key, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    }

    /** The number of the user that this process acts as. */
    static int ownUid() {
        try {
            return (int) EFFECTIVE_UID.invokeExact();
        } catch (Throwable impossible) {
            throw new LinkageError("geteuid(2)", impossible);
        }
    }

    static Optional<UnixUser> byName(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(name);
            return find(
                    (entry, buffer, found) -> (int) BY_NAME.invokeExact(key, entry, buffer, buffer.byteSize(), found));
        }
    }

    static Optional<UnixUser> byUid(int uid) {
        return find((entry, buffer, found) -> (int) BY_UID.invokeExact(uid, entry, buffer, buffer.byteSize(), found));
    }

    private interface Lookup {
        int call(MemorySegment entry, MemorySegment buffer, MemorySegment found) throws Throwable;
    }

    private static Optional<UnixUser> find(Lookup lookup) {
        for (int size = 4_096; ; size *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment entry = arena.allocate(ENTRY);
                MemorySegment found = arena.allocate(ADDRESS);
                int error = lookup.call(entry, arena.allocate(size), found);
                if (error == OUT_OF_RANGE && size < LARGEST_BUFFER) {
                    continue;
                }
                boolean none = error != 0 || found.get(ADDRESS, 0).equals(MemorySegment.NULL);
                return none ? Optional.empty() : Optional.of(user(entry));
            } catch (Throwable impossible) {
                throw new LinkageError("the accounts of this machine", impossible);
            }
        }
    }

    private static UnixUser user(MemorySegment entry) {
        return new UnixUser(
                text(entry, 0),
                entry.get(JAVA_INT, UID),
                entry.get(JAVA_INT, GID),
                Path.of(text(entry, HOME)),
                text(entry, SHELL).isEmpty() ? "/bin/sh" : text(entry, SHELL));
    }

    private static String text(MemorySegment entry, long offset) {
        MemorySegment pointer = entry.get(ADDRESS, offset);
        return pointer.equals(MemorySegment.NULL)
                ? ""
                : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
