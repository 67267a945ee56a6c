package org.qair.agent;

import java.nio.file.Path;
import java.util.Optional;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.exec.ServiceSettings;

/**
 * What an agent is started with.
 *
 * @param domain the number of its own vchan domain
 * @param vchan how its channels are made
 * @param triggerSocket where its callers come
 * @param location what callers are told of where their data channels are made, in a file beside the trigger socket
 * @param services how services and commands are run; its Unix user is the one that {@code DEFAULT} stands for
 */
public record AgentSettings(
        int domain, Vchan vchan, Path triggerSocket, Optional<VchanLocation> location, ServiceSettings services) {}
