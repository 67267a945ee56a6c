package org.qair.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes as a line of a vector: a byte that is no printable ASCII, or is a backslash, is {@code \xNN}, and a newline {@code \n}. */
public final class EscapedBytes {
    private EscapedBytes() {}

    /** The line. */
    public static String escape(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c == '\n') {
                text.append("\\n");
            } else if (c < ' ' || c >= 0x7f || c == '\\') {
                text.append("\\x%02x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** The bytes of a line. */
    public static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                bytes.write(c);
            } else if (text.charAt(i + 1) == 'n') {
                bytes.write('\n');
                i++;
            } else {
                bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            }
        }
        return bytes.toByteArray();
    }
}
