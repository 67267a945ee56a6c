/** The Admin API: the calls, their wire format, server and client. */
@NullMarked
package org.qair.registry.admin;

import org.jspecify.annotations.NullMarked;
