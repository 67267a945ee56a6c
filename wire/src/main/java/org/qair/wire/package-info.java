/** Networks for tests and benchmarks: namespaces of the kernel, and wires to them that are slow, lose packets or are cut. */
@NullMarked
package org.qair.wire;

import org.jspecify.annotations.NullMarked;
