package org.qair.cli.enrolment;

/** A line of text as a QR code for a terminal: two rows of squares in each line of half blocks, light on dark. */
public final class QrCode {
    /** The margin that readers need around the code, in squares. */
    private static final int MARGIN = 2;

    private QrCode() {}

    /** The lines of the drawing. */
    public static String of(String text) {
        var code = io.nayuki.qrcodegen.QrCode.encodeText(text, io.nayuki.qrcodegen.QrCode.Ecc.LOW);
        StringBuilder drawing = new StringBuilder();
        for (int y = -MARGIN; y < code.size + MARGIN; y += 2) {
            for (int x = -MARGIN; x < code.size + MARGIN; x++) {
                // A square outside of the code is light; a drawn block is light, because terminals are dark.
                drawing.append(block(!code.getModule(x, y), !code.getModule(x, y + 1)));
            }
            drawing.append('\n');
        }
        return drawing.toString();
    }

    private static char block(boolean upper, boolean lower) {
        if (upper) {
            return lower ? '█' : '▀';
        }
        return lower ? '▄' : ' ';
    }
}
