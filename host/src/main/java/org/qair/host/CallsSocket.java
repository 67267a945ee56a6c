package org.qair.host;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.call.Call;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.host.lines.JsonLine;
import org.qair.host.lines.LineReader;
import org.qair.host.lines.MalformedLineException;
import org.qair.policy.QubeName;
import tools.jackson.databind.JsonNode;

/** The socket where the host's owner sees the calls that run, and ends one: {@code run/qair/calls.sock}. */
final class CallsSocket implements AutoCloseable {
    private static final int SHORTEST_ID = 4;

    private final RunningCalls running;
    private final UnixServer server;

    private CallsSocket(SocketFile file, RunningCalls running) throws IOException {
        this.running = running;
        this.server = UnixServer.open(file, this::serve);
    }

    static CallsSocket open(SocketFile file, RunningCalls running) throws IOException {
        return new CallsSocket(file, running);
    }

    private void serve(SocketChannel channel) throws IOException {
        LineReader lines = new LineReader(Channels.newInputStream(channel));
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            String answer;
            try {
                answer = answer(JsonLine.parse(line.get()));
            } catch (MalformedLineException refused) {
                answer = JsonLine.of("error", String.valueOf(refused.getMessage()));
            }
            Bytes.writeFully(channel, java.nio.ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private String answer(JsonNode request) throws MalformedLineException {
        String what = JsonLine.text(request, "do");
        return switch (what) {
            case "list" ->
                JsonLine.of(
                        "calls",
                        running.list().stream().map(CallsSocket::fields).toList());
            case "end" -> {
                end(JsonLine.text(request, "call"));
                yield JsonLine.of("done", what);
            }
            default -> throw new MalformedLineException("`%s` is neither `list` nor `end`".formatted(what));
        };
    }

    private void end(String id) throws MalformedLineException {
        if (id.length() < SHORTEST_ID) {
            throw new MalformedLineException(
                    "`%s` is too short: give %d characters of a call's id or more".formatted(id, SHORTEST_ID));
        }
        List<RunningCalls.Running> found = running.list().stream()
                .filter(one -> one.call().id().value().startsWith(id))
                .toList();
        if (found.size() != 1) {
            throw new MalformedLineException(
                    found.isEmpty()
                            ? "no call `%s` runs: it has ended, or never was".formatted(id)
                            : "%d running calls begin with `%s`: give more of the id".formatted(found.size(), id));
        }
        found.getFirst().end().accept("ended by the host's owner");
    }

    private static Map<String, @Nullable Object> fields(RunningCalls.Running running) {
        Call call = running.call();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("call", call.id().value());
        fields.put("since", running.since().toString());
        fields.put("source", call.source().value());
        fields.put("via", call.via().map(QubeName::value).orElse(null));
        fields.put("target", call.target().value());
        fields.put("service", call.service().toString());
        running.bytes()
                .get()
                .ifPresentOrElse(
                        bytes -> {
                            fields.put("bytes_in", bytes.in());
                            fields.put("bytes_out", bytes.out());
                            fields.put("bytes_err", bytes.err());
                        },
                        () -> {
                            fields.put("bytes_in", null);
                            fields.put("bytes_out", null);
                            fields.put("bytes_err", null);
                        });
        return fields;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
