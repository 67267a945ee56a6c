package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventQueueTest {
    private final EventQueue queue = new EventQueue();

    private static AdminEvent event(String value) {
        return AdminEvent.of("far", "e", "value", value);
    }

    @Test
    void events_come_in_their_order() throws Exception {
        queue.add(event("1"));
        queue.add(event("2"));
        assertThat(queue.take()).isEqualTo(event("1"));
        queue.add(event("3"));
        assertThat(queue.take()).isEqualTo(event("2"));
        assertThat(queue.take()).isEqualTo(event("3"));
    }

    @Test
    void who_waits_is_woken() throws Exception {
        CompletableFuture<AdminEvent> taken = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                taken.complete(queue.take());
            } catch (IOException | InterruptedException failed) {
                taken.completeExceptionally(failed);
            }
        });
        queue.add(event("1"));
        assertThat(taken.get()).isEqualTo(event("1"));
    }

    @Test
    void too_many_events_cut_the_listener_off() throws Exception {
        for (int i = 0; i < EventQueue.MOST_EVENTS; i++) {
            queue.add(event("x"));
        }
        assertThat(queue.take()).isEqualTo(event("x"));
        queue.add(event("x"));
        queue.add(event("one too many"));
        assertCutOff();
    }

    @Test
    void too_many_bytes_cut_the_listener_off() throws Exception {
        AdminEvent large = event("x".repeat(32 * 1024));
        int fit = EventQueue.MOST_BYTES / large.size();
        for (int i = 0; i < fit; i++) {
            queue.add(large);
        }
        for (int i = 0; i < fit; i++) {
            queue.take();
        }
        for (int i = 0; i <= fit; i++) {
            queue.add(large);
        }
        assertCutOff();
    }

    private void assertCutOff() {
        assertThatThrownBy(queue::take).isInstanceOf(IOException.class).hasMessageContaining("behind");
        queue.add(event("later"));
        assertThatThrownBy(queue::take).isInstanceOf(IOException.class);
    }
}
