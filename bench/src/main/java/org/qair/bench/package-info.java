/** How fast it is, measured with JMH. */
@NullMarked
package org.qair.bench;

import org.jspecify.annotations.NullMarked;
