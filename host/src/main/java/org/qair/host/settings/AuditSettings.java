package org.qair.host.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * What the settings say of the audit.
 *
 * @param required whether a call that cannot be kept in the audit is refused ({@code audit = "required"}); else it runs, and the fault
 *     is logged
 * @param keep how long calls are kept ({@code audit-keep-days}); absent for ever
 * @param journal whether each finished call goes to systemd's journal too ({@code audit-journal})
 */
public record AuditSettings(boolean required, Optional<Duration> keep, boolean journal) {
    /** What holds when nothing is set. */
    public static final AuditSettings DEFAULT = new AuditSettings(false, Optional.empty(), false);
}
