/** The agent: a VM's or container's end of its control channel. */
@NullMarked
package org.qair.agent;

import org.jspecify.annotations.NullMarked;
