package org.qair.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.qair.cli.policy.HostPolicySource;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Policy;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.RuleLocation;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;

/** The layer that this host's policy is: who may call the RemoteVM. */
final class OwnPolicy {
    private final HostPolicySource source;
    private final AdminAccess admin;
    private final Findings findings;
    private final Commands commands;

    OwnPolicy(HostLayout layout, AdminAccess admin, Findings findings) {
        this.admin = admin;
        this.source = new HostPolicySource(layout);
        this.findings = findings;
        this.commands = new Commands(layout);
    }

    /**
     * The qube that may call: the one that is named, else the first that may.
     *
     * @param named absent for any
     */
    Caller check(RemoteVm remote, Optional<QubeName> named, ServiceName service)
            throws IOException, AdminRefusedException, BrokenLayerException {
        SystemInfo system = source.system(admin);
        Policy policy = policy();
        List<QubeName> callers = named.map(List::of).orElseGet(() -> callers(system, remote));
        if (callers.isEmpty()
                || named.filter(name -> !isOfThisHost(system, name)).isPresent()) {
            String missing = named.map(QubeName::value).orElse("QUBE");
            throw findings.broken(
                    Layer.POLICY,
                    "there is no qube `%s` on this host that could call".formatted(missing),
                    commands.qair("qube create " + missing));
        }
        Optional<Caller> asked = Optional.empty();
        Optional<Decision> refused = Optional.empty();
        for (QubeName caller : callers) {
            Decision decision = policy.evaluate(
                    system, new Request(caller, Optional.empty(), new RequestedTarget.Named(remote.name()), service));
            if (leadsTo(decision, remote)) {
                findings.fine(Layer.POLICY, "`%s` may call `%s`%s".formatted(caller, service, by(decision.rule())));
                return new Caller(caller, false);
            }
            if (decision instanceof Decision.Ask && asked.isEmpty()) {
                asked = Optional.of(new Caller(caller, true));
            } else if (refused.isEmpty()) {
                refused = Optional.of(decision);
            }
        }
        if (asked.isPresent()) {
            findings.fine(
                    Layer.POLICY,
                    "a person is asked when `%s` calls `%s`"
                            .formatted(asked.get().name(), service));
            return asked.get();
        }
        throw refused(callers.getFirst(), remote, service, named.isPresent(), refused.orElseThrow());
    }

    private Policy policy() throws BrokenLayerException {
        try {
            return Policy.parse(source.files());
        } catch (PolicySyntaxException broken) {
            throw findings.broken(
                    Layer.POLICY,
                    "the policy is broken, so every call is refused: " + broken.getMessage(),
                    commands.edit(Path.of(broken.location().file())));
        }
    }

    /** Whoever carries calls calls last. */
    private static List<QubeName> callers(SystemInfo system, RemoteVm remote) {
        return system.qubes().stream()
                .map(Qube::name)
                .filter(name -> isOfThisHost(system, name))
                .sorted(Comparator.comparing((QubeName name) -> name.equals(remote.relay()))
                        .thenComparing(QubeName::value))
                .toList();
    }

    /** Every host has a dom0, so none can call another host as itself. */
    private static boolean isOfThisHost(SystemInfo system, QubeName name) {
        return system.find(name)
                .filter(qube -> qube.type() != QubeType.RemoteVM && qube.type() != QubeType.AdminVM)
                .isPresent();
    }

    private static boolean leadsTo(Decision decision, RemoteVm remote) {
        return decision instanceof Decision.Allow allow
                && allow.destination().equals(new Destination.Existing(remote.name()));
    }

    private BrokenLayerException refused(
            QubeName caller, RemoteVm remote, ServiceName service, boolean named, Decision decision) {
        String who = named
                ? "`%s` may not call `%s`".formatted(caller, service)
                : "no qube may call `%s`".formatted(service);
        String why = decision instanceof Decision.Deny deny ? ": " + deny.reason() : ": the call goes elsewhere";
        String rule = Commands.rule(service, caller, remote.name());
        boolean first = decision.rule()
                .map(place -> String.valueOf(Path.of(place.file()).getFileName()))
                .filter(file -> file.compareTo("30-qair-doctor") < 0)
                .isPresent();
        return findings.broken(
                Layer.POLICY,
                who + why + by(decision.rule()) + (named ? "" : "; name a service that is allowed with --service, or"),
                commands.allowHere(rule, remote.name(), first));
    }

    private static String by(Optional<RuleLocation> rule) {
        return rule.map(place -> " [%s]".formatted(place)).orElse("");
    }
}
