/** Unix sockets: where they are made, who may connect, servers on them, whole reads and writes. */
@NullMarked
package org.qair.channel.unix;

import org.jspecify.annotations.NullMarked;
