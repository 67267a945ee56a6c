package org.qair.relay.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/** What the library takes for a network connection, as far as all are alike: its number and what is noted of it. Safe for use by many threads. */
public abstract class AttributedIo extends AbstractCloseable implements IoSession {
    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();

    @Override
    public final long getId() {
        return id;
    }

    @Override
    public final @Nullable Object getAttribute(Object name) {
        return attributes.get(name);
    }

    @Override
    public final @Nullable Object setAttribute(Object name, Object value) {
        return attributes.put(name, value);
    }

    @Override
    public final @Nullable Object setAttributeIfAbsent(Object name, Object value) {
        return attributes.putIfAbsent(name, value);
    }

    @Override
    public final @Nullable Object removeAttribute(Object name) {
        return attributes.remove(name);
    }
}
