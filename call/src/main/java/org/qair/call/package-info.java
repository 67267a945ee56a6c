/** The few interfaces between front doors, the switchboard and services. */
@NullMarked
package org.qair.call;

import org.jspecify.annotations.NullMarked;
