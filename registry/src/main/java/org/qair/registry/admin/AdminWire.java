package org.qair.registry.admin;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.registry.exchange.QubesFile;

/**
 * The bytes of {@code qubesd.sock}: a request is {@code METHOD+ARG SRC name|keyword DEST} NUL payload, an answer begins with
 * {@code 0}, {@code 1} (events) or {@code 2} (an exception) and NUL. Pure functions; the exceptions' messages show no byte of
 * the peer that could do harm in a log.
 */
final class AdminWire {
    /** The longest request, header and payload together. */
    static final int MAX_REQUEST = AdminCall.MAX_SIZE;

    /** The longest request of the host's own tools, which may bring a file of qubes. */
    static final int MAX_INTERNAL_REQUEST = QubesFile.MAX_SIZE + MAX_REQUEST;

    private static final int HEADER_WORDS = 4;

    private AdminWire() {}

    /** Reads a whole request. */
    static AdminCall decodeRequest(byte[] request) throws BrokenMessageException {
        return decodeRequest(request, MAX_REQUEST);
    }

    /** The same where a request may be of another length. */
    static AdminCall decodeRequest(byte[] request, int most) throws BrokenMessageException {
        if (request.length > most) {
            throw new BrokenMessageException("a request has more than %d bytes".formatted(most));
        }
        int end = indexOfNul(request, 0);
        if (end < 0) {
            throw new BrokenMessageException("a request's header does not end with a NUL");
        }
        String[] words = ascii(request, 0, end).split(" ", HEADER_WORDS);
        if (words.length != HEADER_WORDS) {
            throw new BrokenMessageException("a request's header has %d words, not 4".formatted(words.length));
        }
        int plus = words[0].indexOf('+');
        return new AdminCall(
                source(words[1]),
                plus < 0 ? words[0] : words[0].substring(0, plus),
                plus < 0 ? "" : words[0].substring(plus + 1),
                destination(words[2], words[3]),
                Arrays.copyOfRange(request, end + 1, request.length));
    }

    private static QubeName source(String word) throws BrokenMessageException {
        try {
            return new QubeName(word);
        } catch (InvalidNameException invalid) {
            throw new BrokenMessageException("a request's source: " + invalid.getMessage());
        }
    }

    private static String destination(String type, String word) throws BrokenMessageException {
        if (type.equals("keyword") && word.equals("adminvm")) {
            return QubeName.DOM0.value();
        }
        if (!type.equals("name")) {
            throw new BrokenMessageException("a request's destination is neither a name nor the keyword adminvm");
        }
        return word;
    }

    static byte[] encodeRequest(AdminCall call) {
        String header =
                "%s+%s %s name %s\0".formatted(call.method(), call.argument(), call.source(), call.destination());
        return join(header.getBytes(StandardCharsets.US_ASCII), call.payload());
    }

    static byte[] encode(AdminAnswer.Ok answer) {
        return join(new byte[] {'0', 0}, answer.content());
    }

    /** The field's client %-formats the message, so each {@code %} is doubled. No traceback is ever sent. */
    static byte[] encode(AdminAnswer.Failure answer) {
        String message = answer.message().replace("%", "%%").replace("\0", "\\0");
        return "2\0%s\0\0%s\0".formatted(answer.type(), message).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] encode(AdminEvent event) {
        StringBuilder text = new StringBuilder("1\0").append(event.subject()).append('\0');
        text.append(event.name()).append('\0');
        event.details()
                .forEach((key, value) ->
                        text.append(key).append('\0').append(value).append('\0'));
        return text.append('\0').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a whole answer that is no stream of events; nothing at all is what a call gets that makes no sense. */
    static AdminAnswer decodeAnswer(byte[] answer) throws BrokenMessageException {
        if (answer.length == 0) {
            return new AdminAnswer.Malformed("the host closed the connection without an answer");
        }
        if (answer.length >= 2 && answer[1] == 0) {
            if (answer[0] == '0') {
                return new AdminAnswer.Ok(Arrays.copyOfRange(answer, 2, answer.length));
            }
            if (answer[0] == '2') {
                return decodeFailure(answer);
            }
        }
        throw new BrokenMessageException("an answer that begins neither with 0 nor with 2 and a NUL");
    }

    private static AdminAnswer decodeFailure(byte[] answer) throws BrokenMessageException {
        int type = indexOfNul(answer, 2);
        int traceback = type < 0 ? -1 : indexOfNul(answer, type + 1);
        int message = traceback < 0 ? -1 : indexOfNul(answer, traceback + 1);
        if (message < 0) {
            throw new BrokenMessageException("an exception without type, traceback and message");
        }
        String text = new String(answer, traceback + 1, message - traceback - 1, StandardCharsets.UTF_8);
        return new AdminAnswer.Failure(ascii(answer, 2, type), text.replace("%%", "%"));
    }

    private static int indexOfNul(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static String ascii(byte[] bytes, int from, int to) throws BrokenMessageException {
        try {
            return StandardCharsets.US_ASCII
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException notAscii) {
            throw new BrokenMessageException("a byte that is not ascii");
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(first.length + second.length);
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }
}
