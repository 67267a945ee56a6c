package org.qair.host;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.host.daemon.Judge;
import org.qair.host.metrics.Meter;
import org.qair.host.metrics.Meter.PolicyReading;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.PolicyReferences;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force: that of the files as they were last read, if it kept the expectations beside it. One that does not is
 * never loaded: the one before stays, and without one before every call is denied. While the files cannot be parsed every call
 * is denied, unless the settings ask to keep the last policy that was whole. Safe for use by many threads; a call is judged by
 * one reading.
 */
final class LivePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);
    private static final int MOST_SHOWN = 20;

    private final OnBrokenPolicy onBroken;
    private final Supplier<SystemInfo> system;
    private final Meter meter;
    private volatile Judge inForce = new NoPolicy("the policy has not been read yet");

    private record Whole(Policy policy) implements Judge {
        @Override
        public Decision decide(SystemInfo system, Request request) {
            return policy.evaluate(system, request);
        }

        @Override
        public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
            return policy.answer(system, request, ask, chosen);
        }
    }

    private record NoPolicy(String fault) implements Judge {
        @Override
        public Decision decide(SystemInfo system, Request request) {
            return new Decision.Deny(fault, false, Optional.empty(), List.of());
        }

        @Override
        public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
            return decide(system, request);
        }
    }

    /** One whose readings nobody counts. */
    LivePolicy(OnBrokenPolicy onBroken, Supplier<SystemInfo> system) {
        this(onBroken, system, Meter.NONE);
    }

    /** @param system the qubes that expectations are about */
    LivePolicy(OnBrokenPolicy onBroken, Supplier<SystemInfo> system, Meter meter) {
        this.onBroken = onBroken;
        this.system = system;
        this.meter = meter;
    }

    /**
     * Reads the files and the tables of expectations, and swaps what decides when nothing is wrong with either.
     *
     * @param tables read after the files; what it throws counts as a broken table
     */
    synchronized void read(PolicyFiles files, Supplier<List<PolicyFile>> tables) {
        Policy policy;
        try {
            policy = Policy.parse(files);
        } catch (PolicySyntaxException broken) {
            broken(String.valueOf(broken.getMessage()));
            return;
        } catch (RuntimeException unreadable) {
            broken("it cannot be read: " + unreadable.getMessage());
            return;
        }
        List<String> objections = objections(policy, tables);
        if (objections.isEmpty()) {
            inForce = new Whole(policy);
            meter.policyRead(PolicyReading.LOADED);
            LOG.info("policy read");
        } else {
            reject(objections);
        }
    }

    private List<String> objections(Policy policy, Supplier<List<PolicyFile>> tables) {
        try {
            return ExpectationTables.objections(tables.get(), policy, system.get());
        } catch (RuntimeException unreadable) {
            return List.of("its tests cannot be read or run: " + unreadable.getMessage());
        }
    }

    private void broken(String fault) {
        meter.policyRead(PolicyReading.BROKEN);
        if (onBroken == OnBrokenPolicy.KEEP_LAST_GOOD && inForce instanceof Whole) {
            LOG.error("policy is broken, THE ONE BEFORE STAYS IN FORCE: {}", fault);
            return;
        }
        inForce = new NoPolicy("the policy is broken: " + fault);
        LOG.error("policy is broken, every call is denied: {}", fault);
    }

    private void reject(List<String> objections) {
        meter.policyRead(PolicyReading.REJECTED);
        boolean kept = isWhole();
        if (!kept) {
            inForce = new NoPolicy("the policy fails its own tests: " + objections.getFirst());
        }
        LOG.error(
                "policy fails {} of its own tests and is not loaded, {}:",
                objections.size(),
                kept ? "THE ONE BEFORE STAYS IN FORCE" : "every call is denied");
        objections.stream().limit(MOST_SHOWN).forEach(LOG::error);
    }

    /** Whether a policy decides; else every call is denied. */
    boolean isWhole() {
        return inForce instanceof Whole;
    }

    /** What decides at this moment. */
    Judge inForce() {
        return inForce;
    }

    Decision decide(SystemInfo system, Request request) {
        return inForce.decide(system, request);
    }

    /** Whether a call would be allowed without asking anybody. */
    boolean permits(SystemInfo system, Request request) {
        return inForce.decide(system, request) instanceof Decision.Allow;
    }

    /** Where what decides at this moment names qubes. */
    PolicyReferences references() {
        return inForce instanceof Whole(Policy policy) ? policy.references() : PolicyReferences.NONE;
    }
}
