package org.qair.policy;

import java.util.UUID;

/**
 * A word of a rule that stands for qubes: what its source, target, {@code target=} and {@code default_target=} are made of.
 * Spellings of one thing are one token: {@code dom0} and {@code uuid:0…0} are {@link AdminVm}.
 */
sealed interface Token {
    /** {@code *}: every source and target, the host, {@code @default} and disposables among them. */
    record Anything() implements Token {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** {@code @anyvm}: everything but the host. */
    record AnyQube() implements Token {
        @Override
        public String toString() {
            return "@anyvm";
        }
    }

    /** {@code @adminvm}: the host. */
    record AdminVm() implements Token {
        @Override
        public String toString() {
            return "@adminvm";
        }
    }

    /** {@code @default}: a target that the caller left open, or that does not exist. */
    record Default() implements Token {
        @Override
        public String toString() {
            return "@default";
        }
    }

    /** {@code @dispvm}: a new disposable of the source's default template. */
    record Disposable() implements Token {
        @Override
        public String toString() {
            return "@dispvm";
        }
    }

    /** {@code @dispvm:NAME}: a new disposable of that template. */
    record DisposableOf(OneQube template) implements Token {
        @Override
        public String toString() {
            return "@dispvm:" + template;
        }
    }

    /** {@code @dispvm:@tag:TAG}: a new disposable of any template with that tag. */
    record DisposableTagged(String tag) implements Token {
        @Override
        public String toString() {
            return "@dispvm:@tag:" + tag;
        }
    }

    /** {@code @tag:TAG}: every qube with that tag, never the host. */
    record Tagged(String tag) implements Token {
        @Override
        public String toString() {
            return "@tag:" + tag;
        }
    }

    /** {@code @type:TYPE}: every qube of that type, never the host. */
    record Typed(String type) implements Token {
        @Override
        public String toString() {
            return "@type:" + type;
        }
    }

    /** One qube, other than the host. */
    sealed interface OneQube extends Token {}

    /** A qube by its name. */
    record Named(QubeName name) implements OneQube {
        @Override
        public String toString() {
            return name.value();
        }
    }

    /** A qube by its UUID. */
    record Identified(UUID uuid) implements OneQube {
        @Override
        public String toString() {
            return "uuid:" + uuid;
        }
    }
}
