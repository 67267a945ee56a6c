/** The policy daemon's socket: decisions for the field's programs, which carry out calls themselves. */
@NullMarked
package org.qair.host.daemon;

import org.jspecify.annotations.NullMarked;
