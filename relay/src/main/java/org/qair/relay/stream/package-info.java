/** Bytes of channels: bounded on their way in and out, whichever end opened the channel. */
@NullMarked
package org.qair.relay.stream;

import org.jspecify.annotations.NullMarked;
