package org.qair.registry.admin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One event, as the field's tools know it.
 *
 * @param subject the qube it is about; empty for the host
 * @param name such as {@code property-set:label}
 * @param details in the order of the wire
 */
public record AdminEvent(String subject, String name, Map<String, String> details) {
    /** The first event of every stream. */
    static final AdminEvent CONNECTED = new AdminEvent("", "connection-established", Map.of());

    public AdminEvent {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** The qube that it is about, whether it happens to that qube or to the host; {@code dom0} when it is about none. */
    String about() {
        return subject.isEmpty() ? details.getOrDefault("vm", "dom0") : subject;
    }

    /** Roughly what it takes on the wire and in memory, in bytes. */
    int size() {
        int size = subject.length() + name.length();
        for (Map.Entry<String, String> detail : details.entrySet()) {
            size += detail.getKey().length() + detail.getValue().length();
        }
        return size;
    }

    static AdminEvent of(String subject, String name, String... details) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            map.put(details[i], details[i + 1]);
        }
        return new AdminEvent(subject, name, map);
    }
}
