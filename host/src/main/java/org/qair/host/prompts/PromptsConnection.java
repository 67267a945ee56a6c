package org.qair.host.prompts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.qair.host.lines.JsonLine;
import org.qair.host.lines.LineReader;
import org.qair.host.lines.MalformedLineException;
import tools.jackson.databind.JsonNode;

/**
 * One program of a person at the socket of prompts. What it is to see goes through a queue and a thread of its own, so that one who
 * does not read holds up nobody; when the queue is full the connection ends.
 */
final class PromptsConnection implements AutoCloseable {
    private static final int QUEUE = 1_024;

    private final SocketChannel channel;
    private final Prompts prompts;
    private final String user;
    private final BlockingQueue<String> outgoing = new ArrayBlockingQueue<>(QUEUE);
    private final Thread writer;
    private @Nullable Watcher watcher;

    PromptsConnection(SocketChannel channel, Prompts prompts, String user) {
        this.channel = channel;
        this.prompts = prompts;
        this.user = user;
        this.writer = Thread.ofVirtual().name("prompts of " + user).start(this::write);
    }

    /** Until the peer closes. */
    void serve() throws IOException {
        LineReader lines = new LineReader(Channels.newInputStream(channel));
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            try {
                send(answer(JsonLine.parse(line.get())));
            } catch (PromptException | MalformedLineException refused) {
                send(JsonLine.of("error", String.valueOf(refused.getMessage())));
            }
        }
    }

    private String answer(JsonNode request) throws PromptException, MalformedLineException {
        String what = JsonLine.text(request, "do");
        return switch (what) {
            case "list" -> PromptJson.prompts(prompts.waiting());
            case "grants" -> PromptJson.grants(prompts.grants());
            case "answer" -> {
                prompts.answer(JsonLine.number(request, "prompt"), PromptJson.answer(request), by(), session());
                yield JsonLine.of("done", what);
            }
            case "revoke" -> {
                int grant = JsonLine.number(request, "grant");
                if (!prompts.revoke(grant)) {
                    throw new PromptException("there is no grant %d: it has ended or was revoked".formatted(grant));
                }
                yield JsonLine.of("done", what);
            }
            case "watch" -> {
                watch(JsonLine.text(request, "way"));
                yield JsonLine.of("done", what);
            }
            default ->
                throw new PromptException(
                        "`%s` is none of `list`, `grants`, `answer`, `revoke`, `watch`".formatted(what));
        };
    }

    private String by() {
        return watcher == null
                ? user
                : "%s at a %s".formatted(user, watcher.way().word());
    }

    private Object session() {
        return watcher == null ? this : watcher;
    }

    private void watch(String word) throws PromptException {
        Asking way = Arrays.stream(Asking.values())
                .filter(one -> one != Asking.GUI && one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new PromptException("`%s` is neither `terminal` nor `desktop`".formatted(word)));
        if (watcher != null) {
            throw new PromptException("this connection watches already");
        }
        watcher = new Queueing(way);
        prompts.watch(watcher);
    }

    private final class Queueing implements Watcher {
        private final Asking way;

        Queueing(Asking way) {
            this.way = way;
        }

        @Override
        public Asking way() {
            return way;
        }

        @Override
        public void show(Shown prompt) {
            send(JsonLine.of("shown", PromptJson.of(prompt)));
        }

        @Override
        public void gone(int id) {
            send(JsonLine.of("gone", id));
        }
    }

    private void send(String line) {
        if (!outgoing.offer(line)) {
            end();
        }
    }

    private void write() {
        OutputStream out = Channels.newOutputStream(channel);
        try {
            while (true) {
                out.write(outgoing.take().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | InterruptedException gone) {
            end();
        }
    }

    private void end() {
        try {
            channel.close();
        } catch (IOException already) {
            return; // closed is what it is to be
        }
    }

    @Override
    public void close() {
        if (watcher != null) {
            prompts.unwatch(watcher);
        }
        writer.interrupt();
        end();
    }
}
