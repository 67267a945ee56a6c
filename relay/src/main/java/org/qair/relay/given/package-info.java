/** An SSH server at a socket that somebody else listens at. */
@NullMarked
package org.qair.relay.given;

import org.jspecify.annotations.NullMarked;
