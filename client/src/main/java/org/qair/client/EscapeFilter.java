package org.qair.client;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Keeps a service from speaking to the terminal: every byte but printable ASCII, tab, newline, return, backspace and bell
 * becomes {@code _}, as in the field's client.
 */
public final class EscapeFilter extends OutputStream {
    private final OutputStream terminal;

    /** @param terminal where the rest goes */
    public EscapeFilter(OutputStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public void write(int b) throws IOException {
        terminal.write(filter((byte) b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] filtered = new byte[length];
        for (int i = 0; i < length; i++) {
            filtered[i] = filter(bytes[offset + i]);
        }
        terminal.write(filtered, 0, length);
    }

    @Override
    public void flush() throws IOException {
        terminal.flush();
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    private static byte filter(byte b) {
        boolean printable = b >= ' ' && b <= '~';
        boolean harmless = b == '\t' || b == '\n' || b == '\r' || b == '\b' || b == 0x07;
        return printable || harmless ? b : (byte) '_';
    }
}
