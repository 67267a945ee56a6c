package org.qair.wire;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The few calls of the C library that tests with networks of their own need. */
@SuppressWarnings("restricted")
final class Native {
    private static final int O_RDWR = 2;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int TUNSETIFF = 0x400454ca;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 16;

    private static final MethodHandle OPEN = handle("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = handle("close", ValueLayout.JAVA_INT);
    private static final MethodHandle SETNS = handle("setns", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle READ =
            sized("read", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle WRITE =
            sized("write", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle IOCTL = Linker.nativeLinker()
            .downcallHandle(
                    symbol("ioctl"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    private Native() {}

    /** A network device through which packets are read and written by a descriptor. */
    static int openTun(String name) throws IOException {
        int device = open(Path.of("/dev/net/tun"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES);
            request.setString(0, name);
            request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, IFF_TUN_NO_PI);
            if ((int) invoke(IOCTL, device, (long) TUNSETIFF, request) < 0) {
                close(device);
                throw new IOException("no device " + name);
            }
        }
        return device;
    }

    /** From now on the calling thread's sockets are those of the namespace. */
    static void enterNetwork(String namespace) throws IOException {
        int file = open(Path.of("/run/netns", namespace));
        int result = (int) invoke(SETNS, file, CLONE_NEWNET);
        close(file);
        if (result < 0) {
            throw new IOException("not in the network namespace " + namespace);
        }
    }

    static int read(int descriptor, MemorySegment bytes) {
        return (int) (long) invoke(READ, descriptor, bytes, bytes.byteSize());
    }

    static void write(int descriptor, MemorySegment bytes) {
        var ignored = invoke(WRITE, descriptor, bytes, bytes.byteSize());
    }

    static void close(int descriptor) {
        var ignored = invoke(CLOSE, descriptor);
    }

    private static int open(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) invoke(OPEN, arena.allocateFrom(path.toString()), O_RDWR);
            if (descriptor < 0) {
                descriptor = (int) invoke(OPEN, arena.allocateFrom(path.toString()), 0);
            }
            if (descriptor < 0) {
                throw new IOException("cannot open " + path);
            }
            return descriptor;
        }
    }

    private static Object invoke(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(String name, ValueLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(symbol(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static MethodHandle sized(String name, ValueLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(symbol(name), FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    private static MemorySegment symbol(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
    }
}
