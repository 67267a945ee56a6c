/** Peers: where the calls to a RemoteVM go, and by which hops one gets there. */
@NullMarked
package org.qair.relay.peer;

import org.jspecify.annotations.NullMarked;
