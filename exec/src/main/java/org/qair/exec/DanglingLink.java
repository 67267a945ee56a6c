package org.qair.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a link is where no file is. Most often nothing is there, which the JDK says by two exceptions; they would cost a call more than all else of
 * the lookup of its service, so the C library is asked, where it is there to be asked.
 */
@SuppressWarnings("restricted") // readlink(2) is all that is called
final class DanglingLink {
    private static final Optional<MethodHandle> READLINK = function();

    private DanglingLink() {}

    private static Optional<MethodHandle> function() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("readlink")
                .map(found ->
                        linker.downcallHandle(found, FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG)));
    }

    /** @param path that was looked at just now and does not lead to a file */
    static boolean isAt(Path path) {
        String name = path.toString();
        // how other characters are spelt for the kernel is the JDK's to know
        if (READLINK.isEmpty() || !StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
            return Files.isSymbolicLink(path);
        }
        return isAt(READLINK.get(), name);
    }

    private static boolean isAt(MethodHandle readlink, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(1);
            return (long) readlink.invokeExact(arena.allocateFrom(name), target, target.byteSize()) > 0;
        } catch (Throwable impossible) {
            throw new LinkageError("readlink(2)", impossible);
        }
    }
}
