package org.qair.policy;

import java.util.Optional;

/**
 * The question put to policy: may {@code caller}, or the qube it speaks for, call this service there?
 *
 * @param caller who the front door knows the caller to be
 * @param requestedSource the RemoteVM that the caller, its relay, says the call comes from; a claim until policy has checked it
 */
public record Request(
        QubeName caller, Optional<QubeName> requestedSource, RequestedTarget target, ServiceName service) {}
