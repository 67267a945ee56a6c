/** The host's settings file, {@code qair.toml}. */
@NullMarked
package org.qair.host.settings;

import org.jspecify.annotations.NullMarked;
