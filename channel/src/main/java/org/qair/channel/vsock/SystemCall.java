package org.qair.channel.vsock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** A function of the C library that returns an int, and sets {@code errno} when that is negative. Safe for use by many threads. */
@SuppressWarnings("restricted")
final class SystemCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final long LONGEST_WORDS = 256;
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"),
            FunctionDescriptor.of(
                    ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(LONGEST_WORDS, JAVA_BYTE)), JAVA_INT));

    private final String name;
    private final MethodHandle handle;

    SystemCall(String name, MemoryLayout... arguments) {
        this.name = name;
        this.handle = LINKER.downcallHandle(
                        LINKER.defaultLookup().findOrThrow(name),
                        FunctionDescriptor.of(JAVA_INT, arguments),
                        Linker.Option.captureCallState("errno"))
                .asSpreader(Object[].class, arguments.length + 1);
    }

    /** What it returned, and {@code errno} where that is negative. */
    record Result(int value, int errno) {
        boolean failed() {
            return value < 0;
        }
    }

    Result call(Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            Object[] all = new Object[arguments.length + 1];
            all[0] = state;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            int value = (int) handle.invoke(all);
            return new Result(value, value < 0 ? (int) ERRNO.get(state, 0L) : 0);
        } catch (Throwable impossible) {
            throw new LinkageError(name, impossible);
        }
    }

    /** The C library's words for an {@code errno}. */
    static String words(int errno) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(errno)).getString(0);
        } catch (Throwable impossible) {
            throw new LinkageError("strerror", impossible);
        }
    }
}
