/** The SSH transport and the SSH endpoint. */
@NullMarked
package org.qair.relay;

import org.jspecify.annotations.NullMarked;
