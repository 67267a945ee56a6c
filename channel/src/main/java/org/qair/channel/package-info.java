/** Unix sockets, the socket vchan, peer identity. */
@NullMarked
package org.qair.channel;

import org.jspecify.annotations.NullMarked;
