/** {@code qair demo}: the main job, shown with real hosts. */
@NullMarked
package org.qair.cli.demo;

import org.jspecify.annotations.NullMarked;
