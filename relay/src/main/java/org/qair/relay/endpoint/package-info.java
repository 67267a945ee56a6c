/** The SSH endpoint: an SSH server whose users are relays, and which is no shell. */
@NullMarked
package org.qair.relay.endpoint;

import org.jspecify.annotations.NullMarked;
