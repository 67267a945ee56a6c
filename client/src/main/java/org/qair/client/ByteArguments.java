package org.qair.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The words of the command line, one character a byte. The JVM decodes them by the locale, which loses bytes in the C locale; what
 * the user typed must reach the other host, or be refused there, as it is.
 */
public final class ByteArguments {
    private ByteArguments() {}

    /**
     * The words as bytes.
     *
     * @param decoded the last words of the command line, as the JVM has them
     */
    public static String[] of(String[] decoded) throws IOException {
        for (String word : decoded) {
            for (int i = 0; i < word.length(); i++) {
                if (word.charAt(i) >= 0x80) {
                    return fromKernel(decoded.length);
                }
            }
        }
        return decoded;
    }

    /** Ours are the last words of the JVM's. */
    private static String[] fromKernel(int count) throws IOException {
        String[] all = new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), ISO_8859_1).split("\0", -1);
        String[] last = new String[count];
        System.arraycopy(all, all.length - 1 - count, last, 0, count);
        return last;
    }
}
