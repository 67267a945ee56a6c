package org.qair.host.prompts;

/** Somebody who looks at prompts. Its methods are called with a lock held: they must not block. */
interface Watcher {
    Asking way();

    /** A prompt is new, or has changed. */
    void show(Shown prompt);

    /** A prompt is over. */
    void gone(int id);
}
