/** Calls that the other end of a connection makes: the channels that it opens, and their one request. */
@NullMarked
package org.qair.relay.incoming;

import org.jspecify.annotations.NullMarked;
