/** The whole way to a far machine, beside what people had before: {@code bench/remote}. */
@NullMarked
package org.qair.bench.remote;

import org.jspecify.annotations.NullMarked;
