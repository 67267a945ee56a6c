/** {@code qair policy}: judge, explain, check and draw a policy, without a host or that of a host. */
@NullMarked
package org.qair.cli.policy;

import org.jspecify.annotations.NullMarked;
