/** {@code qair relay}: the relay in a qube whose policy, agent and QubesDB are somebody else's, those of Qubes OS for example. */
@NullMarked
package org.qair.host.relayqube;

import org.jspecify.annotations.NullMarked;
