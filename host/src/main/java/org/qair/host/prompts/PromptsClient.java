package org.qair.host.prompts;

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
import tools.jackson.databind.json.JsonMapper;

/** The other end of the socket of prompts, for programs that show them to people. One thread reads, any thread writes. */
public final class PromptsClient implements AutoCloseable {
    private final SocketChannel channel;
    private final LineReader lines;
    private final OutputStream out;

    private PromptsClient(SocketChannel channel) {
        this.channel = channel;
        this.lines = new LineReader(Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
    }

    /**
     * Connects to a running host.
     *
     * @throws IOException when none runs there, or its prompts are not for this user
     */
    public static PromptsClient connect(Path socket) throws IOException {
        try {
            return new PromptsClient(UnixPaths.connect(socket));
        } catch (IOException refused) {
            throw new IOException(
                    "no host answers at `%s`: does it run, and may this user answer prompts (`prompts.users` in qair.toml)?"
                            .formatted(socket),
                    refused);
        }
    }

    /** Sends a request: what to do, and what it needs. */
    public void send(String what, Map<String, Object> fields) throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", what);
        request.putAll(fields);
        String line = JsonMapper.shared().writeValueAsString(request) + "\n";
        synchronized (this) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What comes next: an answer, or for one that watches {@code shown} or {@code gone}; empty when the host has closed. */
    public Optional<JsonNode> receive() throws IOException {
        Optional<String> line = lines.next();
        try {
            return line.isPresent() ? Optional.of(PromptJson.parse(line.get())) : Optional.empty();
        } catch (PromptException malformed) {
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
                .orElseThrow(
                        () -> new IOException(
                                "the host has closed the connection: this user may not answer prompts (`prompts.users` in qair.toml)"));
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
