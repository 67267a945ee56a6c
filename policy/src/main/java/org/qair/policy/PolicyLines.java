package org.qair.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.qair.policy.PolicyFiles.PolicyFile;

/** Cuts a file into lines ({@code LF}, {@code CR LF} or {@code CR}) and lines into words, and refuses what is no text. */
final class PolicyLines {
    /** The longest line in bytes: a rule about the longest argument, and room to spare. */
    static final int MAX_LINE = 131_072;

    private static final String BLANKS = " \t\u000b\f";

    private final PolicyFile file;
    private final PolicyErrors errors;
    private final List<String> lines = new ArrayList<>();

    private PolicyLines(PolicyFile file, PolicyErrors errors) {
        this.file = file;
        this.errors = errors;
    }

    /** The lines of {@code file}; one that is no text is reported and empty. */
    static List<String> of(PolicyFile file, PolicyErrors errors) {
        PolicyLines read = new PolicyLines(file, errors);
        read.cut(file.content());
        return read.lines;
    }

    /** Words between blanks (space, tab, vertical tab, form feed). */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= line.length(); i++) {
            boolean blank = i == line.length() || BLANKS.indexOf(line.charAt(i)) >= 0;
            if (blank && start >= 0) {
                words.add(line.substring(start, i));
                start = -1;
            } else if (!blank && start < 0) {
                start = i;
            }
        }
        return words;
    }

    private void cut(byte[] content) {
        int start = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n' || content[i] == '\r') {
                add(content, start, i);
                i += content[i] == '\r' && i + 1 < content.length && content[i + 1] == '\n' ? 1 : 0;
                start = i + 1;
            }
        }
        if (start < content.length) {
            add(content, start, content.length);
        }
    }

    private void add(byte[] content, int start, int end) {
        try {
            lines.add(decode(content, start, end));
        } catch (SyntaxProblem problem) {
            lines.add("");
            errors.add(new RuleLocation(file.path(), lines.size()), problem);
        }
    }

    private static String decode(byte[] content, int start, int end) throws SyntaxProblem {
        if (end - start > MAX_LINE) {
            throw new SyntaxProblem("the line has %d bytes, the limit is %d".formatted(end - start, MAX_LINE));
        }
        boolean ascii = true;
        for (int i = start; i < end; i++) {
            if (content[i] == 0) {
                throw new SyntaxProblem("byte %d of the line is NUL".formatted(i - start));
            }
            ascii &= content[i] > 0;
        }
        return ascii ? new String(content, start, end - start, StandardCharsets.ISO_8859_1) : utf8(content, start, end);
    }

    private static String utf8(byte[] content, int start, int end) throws SyntaxProblem {
        ByteBuffer bytes = ByteBuffer.wrap(content, start, end - start).slice();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException invalid) {
            throw new SyntaxProblem("byte %d of the line is no UTF-8".formatted(bytes.position()));
        }
    }
}
