package org.qair.exec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;

/**
 * A program that is no service of a qube: its argument vector is given, and it runs as this process's own user. Its processes live
 * no longer than its call.
 */
public final class GivenProgram {
    private final ServiceSettings settings =
            ServiceSettings.of(new ServicePath(List.of()), new ConfigPath(List.of()), Optional.empty(), Map.of());
    private final List<String> words;

    /** @param words the program and what comes before the words of each call */
    public GivenProgram(List<String> words) {
        this.words = List.copyOf(words);
    }

    /**
     * Runs it to its end in the calling thread, as {@link org.qair.call.Service#run} does.
     *
     * @param more the words of this call
     * @return the exit code, 0 to 255
     */
    public int run(CallId id, List<String> more, Streams streams) throws CallException, InterruptedException {
        List<String> all =
                java.util.stream.Stream.concat(words.stream(), more.stream()).toList();
        return new Program(settings, id, new Launch(words.getFirst(), all, Optional.empty(), Map.of())).run(streams);
    }
}
