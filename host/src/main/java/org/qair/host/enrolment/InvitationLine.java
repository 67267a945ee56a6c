package org.qair.host.enrolment;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.qair.relay.keys.SshKeys;

/**
 * What an inviting host prints and a joining one is given: {@code qair-1/ADDRESS/PORT/HOST-KEY/SECRET/EXPIRY/CHECK}, without a character
 * that a shell would act on. Whoever has it may join until then, once.
 *
 * @param address of the inviting host's endpoint
 * @param hostKey the only key that the endpoint may show
 * @param expires to the second
 */
public record InvitationLine(String address, int port, PublicKey hostKey, InvitationSecret secret, Instant expires) {
    /** The longest that is read, in characters; one with an RSA key has about 800. */
    static final int MAX_LENGTH = 4096;

    private static final String FORMAT = "qair-1";
    private static final int PARTS = 7;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9:_][A-Za-z0-9.:_-]{0,254}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** @throws IllegalArgumentException when the address is none */
    public InvitationLine {
        if (!ADDRESS.matcher(address).matches() || port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("`%s` port %d is no address".formatted(address, port));
        }
    }

    /** The line, which holds the secret. */
    public String text() {
        String line = String.join(
                "/",
                FORMAT,
                address,
                Integer.toString(port),
                Base64.getUrlEncoder().withoutPadding().encodeToString(SshKeys.wireForm(hostKey)),
                secret.text(),
                TIME.format(expires));
        return line + "/" + check(line);
    }

    /**
     * Reads a line, also one that was broken into several on its way.
     *
     * @throws EnrolmentException when it is none, or not all of one
     */
    public static InvitationLine parse(String text) throws EnrolmentException {
        if (text.length() > MAX_LENGTH) {
            throw new EnrolmentException("an invitation has at most %d characters".formatted(MAX_LENGTH));
        }
        String line = text.replaceAll("\\s", "");
        String[] parts = line.split("/", -1);
        if (!parts[0].startsWith("qair-")) {
            throw new EnrolmentException("that is no invitation: one starts with `%s/`".formatted(FORMAT));
        }
        if (!parts[0].equals(FORMAT)) {
            throw new EnrolmentException("the invitation is of a newer Qair: install that here first");
        }
        if (parts.length != PARTS || !parts[PARTS - 1].equals(check(line.substring(0, line.lastIndexOf('/'))))) {
            throw new EnrolmentException("the invitation is cut off or mistyped: copy the whole line again");
        }
        try {
            return new InvitationLine(
                    parts[1],
                    Integer.parseInt(parts[2]),
                    SshKeys.parseWireForm(Base64.getUrlDecoder().decode(parts[3])),
                    InvitationSecret.parse(parts[4]),
                    Instant.from(TIME.parse(parts[5])));
        } catch (IllegalArgumentException | DateTimeException malformed) {
            throw new EnrolmentException("the invitation cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    /** Against slips, not against enemies. */
    private static String check(String line) {
        CRC32 sum = new CRC32();
        sum.update(line.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }
}
