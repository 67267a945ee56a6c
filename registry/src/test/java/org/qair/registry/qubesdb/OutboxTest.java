package org.qair.registry.qubesdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.qair.protocol.QubesDbMessage;

@Timeout(120)
class OutboxTest {
    private final Outbox outbox = new Outbox();

    @Test
    void replies_come_in_order_and_before_changes() throws Exception {
        outbox.push("/a");
        outbox.reply(QubesDbMessage.of(QubesDbMessage.Type.OK, "/1"));
        outbox.reply(QubesDbMessage.of(QubesDbMessage.Type.OK, "/2"));
        assertThat(taken(3)).containsExactly("OK /1", "OK /2", "R_WATCH /a");
    }

    @Test
    void a_path_that_changed_twice_is_told_once() throws Exception {
        outbox.push("/a");
        outbox.push("/b");
        outbox.push("/a");
        outbox.close();
        assertThat(taken(2)).containsExactly("R_WATCH /a", "R_WATCH /b");
        assertThat(Optional.ofNullable(outbox.next())).isEmpty();
    }

    @Test
    void whoever_makes_many_replies_waits_until_they_are_taken() throws Exception {
        int count = 1_000;
        Thread maker = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    outbox.reply(QubesDbMessage.of(QubesDbMessage.Type.OK, "/" + i));
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        while (maker.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < count; i++) {
            assertThat(taken(1)).containsExactly("OK /" + i);
        }
        assertThat(maker.join(java.time.Duration.ofSeconds(60))).isTrue();
    }

    @Test
    void closing_frees_whoever_waits() throws Exception {
        Thread taker = Thread.ofVirtual().start(() -> {
            try {
                assertThat(Optional.ofNullable(outbox.next())).isEmpty();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        while (taker.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        outbox.close();
        taker.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(taker.isAlive()).isFalse();
    }

    private List<String> taken(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            QubesDbMessage message = java.util.Objects.requireNonNull(outbox.next());
            taken.add(message.type() + " " + message.path());
        }
        return taken;
    }
}
