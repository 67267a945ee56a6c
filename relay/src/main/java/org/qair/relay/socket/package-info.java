/** The network connections under the SSH library: each is read by a thread of its own, and written by whoever has something to send. */
@NullMarked
package org.qair.relay.socket;

import org.jspecify.annotations.NullMarked;
