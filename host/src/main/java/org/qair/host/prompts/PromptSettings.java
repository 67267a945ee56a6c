package org.qair.host.prompts;

import java.time.Duration;
import java.util.List;

/**
 * How people are asked.
 *
 * @param order the ways to ask, the first that reaches somebody is used
 * @param timeout how long a call waits for its answer
 * @param unattended how long it waits while nobody can be reached, for somebody to look
 * @param delay how long a prompt must have been shown before it can be accepted
 * @param users the Unix users that may answer beside the host's own
 */
public record PromptSettings(
        List<Asking> order, Duration timeout, Duration unattended, Duration delay, List<String> users) {
    /** What holds when nothing is set. */
    public static final PromptSettings DEFAULT = new PromptSettings(
            List.of(Asking.values()), Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(1), List.of());

    public PromptSettings {
        order = List.copyOf(order);
        users = List.copyOf(users);
    }
}
