package org.qair.cli.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;

/** Looks for what is wrong on the way to RemoteVMs, layer by layer, up to the first that is broken. */
public final class Doctor {
    private final HostLayout layout;
    private final AdminAccess admin;

    public Doctor(HostLayout layout, AdminAccess admin) {
        this.layout = layout;
        this.admin = admin;
    }

    /**
     * What is looked at.
     *
     * @param source who calls; absent for whoever may
     * @param service what is called, at last really
     */
    public record Wish(Optional<QubeName> source, ServiceName service) {}

    /** All that the host has. */
    public List<String> remoteVms() throws IOException, AdminRefusedException {
        return admin.call("admin.vm.List", "", QubeName.DOM0, "")
                .lines()
                .filter(line -> line.contains(" class=RemoteVM "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    /**
     * Looks at one.
     *
     * @param told takes each finding as soon as there is one
     * @return whether no layer is broken
     */
    public boolean examine(String remoteVm, Wish wish, Consumer<Finding> told)
            throws IOException, AdminRefusedException, InterruptedException {
        Findings findings = new Findings(told);
        try {
            RemoteVm remote = new OwnHost(layout, admin, findings).check(remoteVm);
            Caller caller = new OwnPolicy(layout, admin, findings).check(remote, wish.source(), wish.service());
            boolean farAsks = remote.seen() && farAsks(remote, caller, wish.service(), findings);
            if (farAsks || caller.asked()) {
                findings.unknown(Layer.CALL, "not tried: a person would be asked");
            } else {
                new RealCall(layout, findings).check(remote, caller.name(), wish.service());
            }
            if (remote.seen()) {
                new WayBack(layout, admin, findings).check(remote);
            }
            return true;
        } catch (BrokenLayerException broken) {
            return false;
        }
    }

    private boolean farAsks(RemoteVm remote, Caller caller, ServiceName service, Findings findings)
            throws IOException, BrokenLayerException, InterruptedException {
        Optional<DirectConnection> way = new Way(layout, admin, findings).check(remote);
        if (way.isEmpty()) {
            return false;
        }
        try (DirectConnection connection = way.get()) {
            return new FarHost(layout, findings).check(connection, remote, caller.name(), service);
        }
    }
}
