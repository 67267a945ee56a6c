package org.qair.client;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Ends the process when nobody can read its standard output any more. An SSH server whose client is gone says so in no other way to a
 * program that is silent: it sends no signal, and the end of the input may as well be the caller's half-close.
 */
@SuppressWarnings("restricted")
final class OutputHangup {
    private static final int STDOUT = 1;
    private static final long POLLFD_BYTES = 8;
    private static final long RETURNED = 6;
    private static final short POLLERR = 0x008;
    private static final short POLLHUP = 0x010;
    private static final int BROKEN_PIPE = 128 + 13;

    private OutputHangup() {}

    static void endTheProcessThen() {
        Thread.ofPlatform().daemon().name("hangup").start(() -> {
            if (await()) {
                System.exit(BROKEN_PIPE);
            }
        });
    }

    /** Waits with {@code poll(2)} for what it reports unasked: that the other end is closed. */
    private static boolean await() {
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MethodHandle poll = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("poll"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
            MemorySegment descriptor = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            descriptor.set(JAVA_INT, 0, STDOUT);
            int ready;
            do {
                ready = (int) poll.invokeExact(descriptor, 1L, -1);
            } while (ready < 0); // interrupted by a signal
            return (descriptor.get(JAVA_SHORT, RETURNED) & (POLLERR | POLLHUP)) != 0;
        } catch (Throwable unavailable) {
            return false; // then it shows when something is written
        }
    }
}
