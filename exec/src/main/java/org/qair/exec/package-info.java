/** Services as processes and sockets. */
@NullMarked
package org.qair.exec;

import org.jspecify.annotations.NullMarked;
