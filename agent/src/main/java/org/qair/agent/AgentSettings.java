package org.qair.agent;

import java.nio.file.Path;
import org.qair.call.Service;
import org.qair.channel.Vchan;

/**
 * What an agent is started with.
 *
 * @param domain the number of its own vchan domain
 * @param vchan how its channels are made
 * @param triggerSocket where its callers come
 * @param services what runs the services of its qube
 */
public record AgentSettings(int domain, Vchan vchan, Path triggerSocket, Service services) {}
