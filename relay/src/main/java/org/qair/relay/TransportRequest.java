package org.qair.relay;

import org.qair.call.CallException;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/**
 * What a transport RPC is asked for: {@code TRANSPORT_RPC+Remote-Qube+my_service[+my_arg]}, parted at the first two
 * {@code +} alone, so that an empty argument, an absent one and one with {@code +} in it stay what they are.
 */
record TransportRequest(QubeName remoteVm, ServiceName service) {
    static TransportRequest of(ServiceName call) throws CallException {
        String argument = call.argument().orElse("");
        int plus = argument.indexOf('+');
        if (plus < 0) {
            throw new CallException.Refused(
                    "`%s` needs the argument `REMOTEVM+SERVICE[+ARGUMENT]`".formatted(call.name()));
        }
        try {
            return new TransportRequest(
                    new QubeName(argument.substring(0, plus)), ServiceName.parse(argument.substring(plus + 1)));
        } catch (InvalidNameException e) {
            throw new CallException.Refused("`%s`: %s".formatted(call.name(), e.getMessage()));
        }
    }

    /**
     * The command for the far end. A far shell may read it, so it is made of checked names alone.
     *
     * @throws CallException.Failed when the remote name is no qube name
     */
    String command(QubeName source, String remoteName) throws CallException {
        QubeName target;
        try {
            target = new QubeName(remoteName);
        } catch (InvalidNameException e) {
            throw new CallException.Failed("remote_name of `%s`: %s".formatted(remoteVm, e.getMessage()));
        }
        return "qrexec-client-vm --source-qube=%s -- %s %s".formatted(source, target, service);
    }
}
