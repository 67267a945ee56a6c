/** One authenticated SSH connection to a peer: its hops, its algorithms, its sign of life. */
@NullMarked
package org.qair.relay.connection;

import org.jspecify.annotations.NullMarked;
