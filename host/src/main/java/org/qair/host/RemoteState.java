package org.qair.host;

import java.time.Duration;
import java.util.Optional;

/**
 * What a running host knows of the way to a RemoteVM.
 *
 * @param state {@code connected}, {@code idle}, {@code failing}, or {@code unknown} when another program carries its calls
 * @param connections how many are open
 * @param silence since the far end was last heard of
 * @param reason why it is failing
 */
public record RemoteState(String state, int connections, Optional<Duration> silence, Optional<String> reason) {}
