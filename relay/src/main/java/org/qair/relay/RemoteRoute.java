package org.qair.relay;

/**
 * Where the calls to a RemoteVM go.
 *
 * @param remoteName what the qube is called at the far end ({@code remote_name}); not checked yet
 */
public record RemoteRoute(String remoteName, Peer peer) {}
