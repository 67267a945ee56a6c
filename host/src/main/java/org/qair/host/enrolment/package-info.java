/** How two hosts come to know each other: invitations, the conversation that uses one, and what both leave behind. */
@NullMarked
package org.qair.host.enrolment;

import org.jspecify.annotations.NullMarked;
