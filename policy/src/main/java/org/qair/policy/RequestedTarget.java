package org.qair.policy;

import java.util.UUID;

/**
 * The target as the caller asked for it, checked as to form only: a name, {@code uuid:…}, {@code @adminvm} (also spelt
 * {@code dom0}), {@code @default} (also the empty word), {@code @dispvm} or {@code @dispvm:NAME}. Whether it exists is
 * policy's business.
 */
public sealed interface RequestedTarget {
    /** A qube by its name. */
    record Named(QubeName name) implements RequestedTarget {
        @Override
        public String toString() {
            return name.value();
        }
    }

    /** A qube by its UUID. */
    record Identified(UUID uuid) implements RequestedTarget {
        @Override
        public String toString() {
            return "uuid:" + uuid;
        }
    }

    /** {@code @adminvm}: the host itself. */
    record AdminVm() implements RequestedTarget {
        @Override
        public String toString() {
            return "@adminvm";
        }
    }

    /** {@code @default}: whatever policy says. */
    record Default() implements RequestedTarget {
        @Override
        public String toString() {
            return "@default";
        }
    }

    /** {@code @dispvm}: a new disposable of the caller's default template. */
    record Disposable() implements RequestedTarget {
        @Override
        public String toString() {
            return "@dispvm";
        }
    }

    /** {@code @dispvm:NAME}: a new disposable of that template. */
    record DisposableOf(QubeName template) implements RequestedTarget {
        @Override
        public String toString() {
            return "@dispvm:" + template;
        }
    }

    /**
     * Reads what a caller wrote.
     *
     * @throws InvalidNameException naming what is wrong
     */
    static RequestedTarget parse(String text) {
        return switch (text) {
            case "", "@default" -> new Default();
            case "@adminvm", "dom0" -> new AdminVm();
            case "@dispvm" -> new Disposable();
            default -> parseName(text);
        };
    }

    private static RequestedTarget parseName(String text) {
        if (text.startsWith("@dispvm:")) {
            return new DisposableOf(new QubeName(text.substring("@dispvm:".length())));
        }
        if (text.startsWith("@")) {
            throw new InvalidNameException("`%s` is no target that a caller can name".formatted(Printable.of(text)));
        }
        if (text.startsWith("uuid:")) {
            return identified(text.substring("uuid:".length()));
        }
        return new Named(new QubeName(text));
    }

    private static RequestedTarget identified(String text) {
        UUID uuid = Uuids.parse(text);
        return uuid.equals(Uuids.ADMIN_VM) ? new AdminVm() : new Identified(uuid);
    }
}
