/** The calls by which policy is read and changed from qubes and commands: what they take, their tokens, their errors. */
@NullMarked
package org.qair.host.policyrpc;

import org.jspecify.annotations.NullMarked;
