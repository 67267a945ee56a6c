package org.qair.host;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.call.CallId;
import org.qair.relay.CallStages;

/** How long the stages of relayed calls took, from the transport's word to the end of the call. Safe for use by many threads. */
final class StageTimes implements CallStages.Listener {
    private final Map<CallId, CallStages> ended = new ConcurrentHashMap<>();

    @Override
    public void ended(CallId call, CallStages stages) {
        ended.put(call, stages);
    }

    /** In microseconds, in their order; nothing for a call that was not relayed. What is asked for is forgotten. */
    Map<String, Long> take(CallId call) {
        CallStages stages = ended.remove(call);
        Map<String, Long> micros = new LinkedHashMap<>();
        if (stages != null) {
            micros.put("queue", micros(stages.queue()));
            micros.put("connect", micros(stages.connect()));
            stages.open().ifPresent(time -> micros.put("open", micros(time)));
            stages.firstByte().ifPresent(time -> micros.put("first-byte", micros(time)));
        }
        return micros;
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1000;
    }
}
