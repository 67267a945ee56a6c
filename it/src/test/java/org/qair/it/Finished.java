package org.qair.it;

import java.nio.charset.StandardCharsets;

/** A program that has ended. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Finished(int exitCode, byte[] output, String stderr) {
    String stdout() {
        return new String(output, StandardCharsets.UTF_8);
    }
}
