/** The host towards the agents of qubes that are VMs or containers: what the field's qrexec-daemon is. */
@NullMarked
package org.qair.host.agents;

import org.jspecify.annotations.NullMarked;
