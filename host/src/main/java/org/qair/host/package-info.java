/** Switchboard, front doors, audit, wiring. */
@NullMarked
package org.qair.host;

import org.jspecify.annotations.NullMarked;
