package org.qair.policy;

/** Where an allowed call goes: a qube that exists, or a disposable to be made. */
public sealed interface Destination {
    /** A qube that exists. */
    record Existing(QubeName qube) implements Destination {
        @Override
        public String toString() {
            return qube.value();
        }
    }

    /** A new disposable of a template. */
    record NewDisposable(QubeName template) implements Destination {
        @Override
        public String toString() {
            return "@dispvm:" + template;
        }
    }
}
