package org.qair.host;

import java.util.List;
import java.util.Optional;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force: that of the files as they were last read. While the files are broken every call is denied, unless the
 * settings ask to keep the last policy that was whole. Safe for use by many threads; a call is judged by one reading.
 */
final class LivePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);

    private final OnBrokenPolicy onBroken;
    private volatile State state = new Broken("the policy has not been read yet");

    private sealed interface State {}

    private record Whole(Policy policy) implements State {}

    private record Broken(String fault) implements State {}

    LivePolicy(OnBrokenPolicy onBroken) {
        this.onBroken = onBroken;
    }

    /** Reads the files and swaps what decides. */
    synchronized void read(PolicyFiles files) {
        try {
            state = new Whole(Policy.parse(files));
            LOG.info("policy read");
        } catch (PolicySyntaxException broken) {
            fail(String.valueOf(broken.getMessage()));
        } catch (RuntimeException unreadable) {
            fail("the policy cannot be read: " + unreadable.getMessage());
        }
    }

    private void fail(String fault) {
        if (onBroken == OnBrokenPolicy.KEEP_LAST_GOOD && state instanceof Whole) {
            LOG.error("policy is broken, THE ONE BEFORE STAYS IN FORCE: {}", fault);
            return;
        }
        state = new Broken(fault);
        LOG.error("policy is broken, every call is denied: {}", fault);
    }

    Decision decide(SystemInfo system, Request request) {
        return switch (state) {
            case Whole whole -> whole.policy().evaluate(system, request);
            case Broken broken ->
                new Decision.Deny("the policy is broken: " + broken.fault(), false, Optional.empty(), List.of());
        };
    }
}
