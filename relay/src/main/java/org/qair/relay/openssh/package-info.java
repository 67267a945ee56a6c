/** What OpenSSH's client would do for a host: its configuration and its known_hosts files. Nothing here connects. */
@NullMarked
package org.qair.relay.openssh;

import org.jspecify.annotations.NullMarked;
