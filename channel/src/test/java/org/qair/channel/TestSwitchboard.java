package org.qair.channel;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;

/** A switchboard that allows the services it was given and runs them in place. */
final class TestSwitchboard implements Switchboard {
    /** A service that is allowed and cannot be had. */
    static final String FAILING = "test.Failing";

    /** What stands for a service. */
    interface Body {
        int run(UncheckedCall call, Streams streams) throws IOException, InterruptedException;
    }

    final List<UncheckedCall> asked = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> abandoned = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Map<String, Body> services = new ConcurrentHashMap<>();

    TestSwitchboard with(String name, Body body) {
        services.put(name, body);
        return this;
    }

    @Override
    public AdmittedCall admit(UncheckedCall call) throws CallException {
        asked.add(call);
        Body body = services.get(call.service().split("\\+", 2)[0]);
        if (call.service().equals(FAILING)) {
            throw new CallException.Failed("the secret disk is full");
        }
        if (body == null) {
            throw new CallException.Refused("no such service");
        }
        CallId id = CallId.random();
        return new AdmittedCall() {
            @Override
            public CallId id() {
                return id;
            }

            @Override
            public int run(Streams streams) throws InterruptedException {
                try {
                    int code = body.run(call, streams);
                    ends.add("code " + code);
                    return code;
                } catch (InterruptedException interrupt) {
                    ends.add("interrupted");
                    throw interrupt;
                } catch (IOException lost) {
                    ends.add(Thread.interrupted() ? "interrupted" : "lost: " + lost.getMessage());
                    return 125;
                }
            }

            @Override
            public void abandon(String reason) {
                abandoned.add(reason);
            }
        };
    }
}
