/** The socket vchan, trigger sockets, peer identity, a client of QubesDB. */
@NullMarked
package org.qair.channel;

import org.jspecify.annotations.NullMarked;
