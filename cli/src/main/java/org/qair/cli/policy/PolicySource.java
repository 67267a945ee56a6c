package org.qair.cli.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.host.ProofDemand;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;

/** Where a policy command gets from a host what its options do not name. */
public interface PolicySource {
    /** The host's policy files. */
    PolicyFiles files();

    /** The tables of expectations beside the host's policy. */
    List<PolicyFile> tables();

    /** The host's qubes. */
    SystemInfo system();

    /** What is demanded of calls from a RemoteVM; empty when there is none of that name. */
    Optional<ProofDemand> demand(QubeName remoteVm);

    /** The RemoteVM as which calls are judged that this relay brings from qubes which nobody knows here. */
    Optional<QubeName> unknownSource(QubeName relay);

    /** Reads and changes the host's policy files. */
    PolicyRpc rpc();

    /** The names of the services that the host's service directories have, without arguments. */
    Set<String> services();
}
