package org.qair.host.lines;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.qair.channel.unix.UnixPaths;
import tools.jackson.databind.JsonNode;

/** The tool's end of a socket of the host. One thread reads, any thread writes. */
public final class LinesClient implements AutoCloseable {
    private final SocketChannel channel;
    private final LineReader lines;
    private final OutputStream out;

    private LinesClient(SocketChannel channel) {
        this.channel = channel;
        this.lines = new LineReader(Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
    }

    /**
     * Connects to a running host.
     *
     * @param hint what else may be the matter when nobody answers
     * @throws IOException when none runs there, or it is not for this user
     */
    public static LinesClient connect(Path socket, String hint) throws IOException {
        try {
            return new LinesClient(UnixPaths.connect(socket));
        } catch (IOException refused) {
            throw new IOException(
                    "no host answers at `%s`: does it run? %s"
                            .formatted(socket, hint)
                            .strip(),
                    refused);
        }
    }

    /** Sends a request: what to do, and what it needs. */
    public void send(String what, Map<String, Object> fields) throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", what);
        request.putAll(fields);
        String line = JsonLine.of(request);
        synchronized (this) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What comes next; empty when the host has closed. */
    public Optional<JsonNode> receive() throws IOException {
        Optional<String> line = lines.next();
        try {
            return line.isPresent() ? Optional.of(JsonLine.parse(line.get())) : Optional.empty();
        } catch (MalformedLineException malformed) {
            throw new IOException(malformed.getMessage(), malformed);
        }
    }

    /**
     * Sends a request and takes its answer, on a connection that does not watch.
     *
     * @throws IOException also when the host refuses it, with its reason
     */
    public JsonNode ask(String what, Map<String, Object> fields) throws IOException {
        send(what, fields);
        JsonNode answer = receive()
                .orElseThrow(() -> new IOException("the host has closed the connection: it is not for this user"));
        if (answer.has("error")) {
            throw new IOException(answer.get("error").asString());
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
