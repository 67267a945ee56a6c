package org.qair.host.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.keys.SshKeys;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lines of the conversation that uses an invitation, a JSON object each: the inviting host offers, the joining one accepts with its
 * key, the first says that all is made, the second confirms, the first says that it has heard. An end that goes away before that has
 * undone what it made.
 */
public final class JoinMessages {
    /** The most bytes of a line; an offer of 64 sources and services with arguments is far below. */
    static final int MAX_LINE = 64 * 1024;

    /** The one in use, and the next. */
    private static final int MAX_HOST_KEYS = 2;

    private JoinMessages() {}

    /**
     * What the inviting host offers.
     *
     * @param relay what it will call the joining machine's relay
     * @param policy whether it adds the lines that allow the services
     * @param hostKeys what it signs its calls with
     */
    public record Offer(
            QubeName relay,
            QubeName target,
            List<QubeName> sources,
            List<ServiceName> services,
            boolean policy,
            List<PublicKey> hostKeys) {
        public Offer {
            sources = List.copyOf(sources);
            services = List.copyOf(services);
            hostKeys = List.copyOf(hostKeys);
        }

        static Offer of(Invitation invitation, List<PublicKey> hostKeys) {
            return new Offer(
                    invitation.relay(),
                    invitation.target(),
                    invitation.sources(),
                    invitation.services(),
                    invitation.policy(),
                    hostKeys);
        }
    }

    /**
     * What the joining host answers.
     *
     * @param key what its relay will log in with
     * @param hostKeys what it signs its calls with
     */
    record Accept(PublicKey key, List<PublicKey> hostKeys) {
        Accept {
            hostKeys = List.copyOf(hostKeys);
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
        fields.put("host_keys", lines(offer.hostKeys()));
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
                hostKeys(fields)));
    }

    /**
     * Accepts the offer.
     *
     * @param key what the relay will log in with
     * @param hostKeys what this host signs its calls with
     */
    public static void writeAccept(OutputStream out, PublicKey key, List<PublicKey> hostKeys) throws IOException {
        write(out, Map.of("key", SshKeys.publicLine(key, ""), "host_keys", lines(hostKeys)));
    }

    static Accept readAccept(InputStream in) throws IOException {
        Fields fields = read(in);
        return checked(() -> new Accept(SshKeys.parsePublicLine(fields.string("key")), hostKeys(fields)));
    }

    private static List<String> lines(List<PublicKey> keys) {
        return keys.stream().map(key -> SshKeys.publicLine(key, "")).toList();
    }

    private static List<PublicKey> hostKeys(Fields fields) {
        List<PublicKey> keys = fields.list("host_keys", MAX_HOST_KEYS, SshKeys::parsePublicLine);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("`host_keys` names no key");
        }
        return keys;
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
