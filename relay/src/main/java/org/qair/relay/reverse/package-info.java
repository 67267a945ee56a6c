/** Calls back from a peer through the connection to it, be it a Qair host or a machine with OpenSSH alone. */
@NullMarked
package org.qair.relay.reverse;

import org.jspecify.annotations.NullMarked;
