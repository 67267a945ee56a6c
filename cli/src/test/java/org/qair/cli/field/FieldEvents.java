package org.qair.cli.field;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A stream of events as the tools' dispatcher reads it. */
final class FieldEvents implements AutoCloseable {
    private final InputStream stream;

    FieldEvents(InputStream stream) {
        this.stream = stream;
    }

    /** One event. */
    record Event(String subject, String name, Map<String, String> details) {}

    Event next() throws IOException {
        String header = word();
        if (!header.equals("1")) {
            throw new AssertionError("non-event received on events connection: " + header);
        }
        String subject = word();
        String name = word();
        Map<String, String> details = new LinkedHashMap<>();
        for (String key = word(); !key.isEmpty(); key = word()) {
            details.put(key, word());
        }
        if ((name.startsWith("property-set:") || name.startsWith("property-reset:")) && !details.containsKey("name")) {
            throw new AssertionError(name + " without the property's name, which the cache is cleared by");
        }
        return new Event(subject, name, details);
    }

    /** The next event of that name; others are passed over. */
    Event next(String name) throws IOException {
        Event event = next();
        while (!event.name().equals(name)) {
            event = next();
        }
        return event;
    }

    private String word() throws IOException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        for (int b = stream.read(); b != 0; b = stream.read()) {
            if (b < 0) {
                throw new EOFException("the stream ended within an event, or before it");
            }
            word.write(b);
        }
        return word.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
