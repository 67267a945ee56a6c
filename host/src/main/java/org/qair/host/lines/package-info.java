/** JSON objects, one a line, over a Unix socket: how the host's tools talk to the host. */
@NullMarked
package org.qair.host.lines;

import org.jspecify.annotations.NullMarked;
