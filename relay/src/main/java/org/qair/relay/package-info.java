/** The transport: carries calls to a far machine over warm SSH connections. */
@NullMarked
package org.qair.relay;

import org.jspecify.annotations.NullMarked;
