package org.qair.host.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.qair.host.prompts.Asking;
import org.qair.host.prompts.PromptSettings;

/** Reads {@code [prompts]}: {@code order}, {@code timeout-seconds}, {@code unattended-seconds}, {@code users}. */
final class PromptTable {
    private static final int LONGEST_SECONDS = 3_600;

    private PromptTable() {}

    static PromptSettings read(Optional<SettingsTable> table) {
        return table.map(PromptTable::read).orElse(PromptSettings.DEFAULT);
    }

    private static PromptSettings read(SettingsTable table) {
        table.allow("order", "timeout-seconds", "unattended-seconds", "users");
        PromptSettings usual = PromptSettings.DEFAULT;
        return new PromptSettings(
                table.has("order") ? order(table) : usual.order(),
                table.number("timeout-seconds", 1, LONGEST_SECONDS)
                        .map(Duration::ofSeconds)
                        .orElse(usual.timeout()),
                table.number("unattended-seconds", 0, LONGEST_SECONDS)
                        .map(Duration::ofSeconds)
                        .orElse(usual.unattended()),
                usual.delay(),
                table.strings("users"));
    }

    private static List<Asking> order(SettingsTable table) {
        List<Asking> order = new ArrayList<>();
        for (String word : table.strings("order")) {
            Optional<Asking> way = Arrays.stream(Asking.values())
                    .filter(one -> one.word().equals(word))
                    .findFirst();
            if (way.isEmpty()) {
                table.fault("order", "`%s` is none of `gui`, `terminal`, `desktop`".formatted(word));
            } else if (order.contains(way.get())) {
                table.fault("order", "`%s` stands twice in `order`".formatted(word));
            } else {
                order.add(way.get());
            }
        }
        return order;
    }
}
