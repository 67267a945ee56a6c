package org.qair.host.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.SshKeys;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lines of the conversation that uses an invitation, a JSON object each: the inviting host offers, the joining one accepts with its
 * key, the first says that all is made, the second confirms, the first says that it has heard. An end that goes away before that has
 * undone what it made.
 */
public final class JoinMessages {
    /** The most bytes of a line; an offer of 64 sources and services with arguments is far below. */
    static final int MAX_LINE = 64 * 1024;

    private static final String SIGNER = "signer";

    private JoinMessages() {}

    /**
     * What the inviting host offers.
     *
     * @param relay what it will call the joining machine's relay
     * @param policy whether it adds the lines that allow the services
     * @param signer the key that it signs its calls with, and answers of protected streams; absent where it signs none
     */
    public record Offer(
            QubeName relay,
            QubeName target,
            List<QubeName> sources,
            List<ServiceName> services,
            boolean policy,
            Optional<PublicKey> signer) {
        public Offer {
            sources = List.copyOf(sources);
            services = List.copyOf(services);
        }

        static Offer of(Invitation invitation, PublicKey signer) {
            return new Offer(
                    invitation.relay(),
                    invitation.target(),
                    invitation.sources(),
                    invitation.services(),
                    invitation.policy(),
                    Optional.of(signer));
        }
    }

    /** The bytes of an offer. */
    static void write(OutputStream out, Offer offer) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("relay", offer.relay().value());
        fields.put("target", offer.target().value());
        fields.put("sources", offer.sources().stream().map(QubeName::value).toList());
        fields.put(
                "services", offer.services().stream().map(ServiceName::toString).toList());
        fields.put("policy", offer.policy());
        offer.signer().ifPresent(key -> fields.put(SIGNER, SshKeys.publicLine(key, "")));
        write(out, fields);
    }

    /**
     * Waits for the offer.
     *
     * @throws IOException when the line is none, or the inviting host said why it makes none
     */
    public static Offer readOffer(InputStream in) throws IOException {
        Fields fields = read(in);
        return checked(() -> new Offer(
                new QubeName(fields.string("relay")),
                new QubeName(fields.string("target")),
                fields.list("sources", Invitation.MAX_NAMES, QubeName::new),
                fields.list("services", Invitation.MAX_NAMES, ServiceName::parse),
                fields.flag("policy"),
                signer(fields)));
    }

    /**
     * What the joining host answers.
     *
     * @param key of its relay
     * @param signer the key that the host signs its calls with; absent where it signs none
     */
    public record Accept(PublicKey key, Optional<PublicKey> signer) {}

    /** Accepts the offer. */
    public static void write(OutputStream out, Accept accept) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", SshKeys.publicLine(accept.key(), ""));
        accept.signer().ifPresent(key -> fields.put(SIGNER, SshKeys.publicLine(key, "")));
        write(out, fields);
    }

    static Accept readAccept(InputStream in) throws IOException {
        Fields fields = read(in);
        return checked(() -> new Accept(SshKeys.parsePublicLine(fields.string("key")), signer(fields)));
    }

    /** A host of an earlier version says none. */
    private static Optional<PublicKey> signer(Fields fields) {
        return fields.has(SIGNER) ? Optional.of(SshKeys.parsePublicLine(fields.string(SIGNER))) : Optional.empty();
    }

    /** Says that one's own part is done. */
    public static void writeDone(OutputStream out) throws IOException {
        write(out, Map.of("done", true));
    }

    /** Waits until the other end says that its part is done. */
    public static void readDone(InputStream in) throws IOException {
        Fields fields = read(in);
        if (!checked(() -> fields.flag("done"))) {
            throw new IOException("the other end is not done");
        }
    }

    /** Tells the other end why it goes no further. */
    static void writeFailure(OutputStream out, String reason) throws IOException {
        write(out, Map.of("failure", reason));
    }

    private static void write(OutputStream out, Map<String, Object> fields) throws IOException {
        out.write((JsonMapper.shared().writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static Fields read(InputStream in) throws IOException {
        String line = readLine(in);
        Fields fields = checked(() -> Fields.of(line));
        if (fields.has("failure")) {
            throw new JoinRefusedException(checked(() -> fields.string("failure")));
        }
        return fields;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder bytes = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the other end went away");
            }
            if (bytes.length() == MAX_LINE) {
                throw new IOException("a line of more than %d bytes".formatted(MAX_LINE));
            }
            bytes.append((char) next);
        }
        return new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T checked(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IllegalArgumentException malformed) {
            throw new IOException("an unexpected line: " + malformed.getMessage(), malformed);
        }
    }
}
