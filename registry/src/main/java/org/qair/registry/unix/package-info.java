/** Servers on Unix sockets. */
@NullMarked
package org.qair.registry.unix;

import org.jspecify.annotations.NullMarked;
