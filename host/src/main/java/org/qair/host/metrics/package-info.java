/** What a host counts and times for monitoring, and the doors at which it is read. Nothing of it names a qube. */
@NullMarked
package org.qair.host.metrics;

import org.jspecify.annotations.NullMarked;
