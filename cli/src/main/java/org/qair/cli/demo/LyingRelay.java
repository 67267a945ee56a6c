package org.qair.cli.demo;

import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.Peer;
import org.qair.relay.RemoteRoute;
import org.qair.relay.SshKeys;
import org.qair.relay.SshTransport;
