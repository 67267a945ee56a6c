package org.qair.host;

import java.io.IOException;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;

/** The service {@code qair.Ping}, which every qube has: it gives back what it is sent and does nothing else, for test calls. */
final class PingService implements Service {
    /** The most bytes that it gives back. */
    static final int MOST = 65_536;

    @Override
    public int run(Call call, Streams streams) throws CallException {
        try {
            streams.stdout().write(streams.stdin().readNBytes(MOST));
            return 0;
        } catch (IOException gone) {
            throw new CallException.Failed("the caller of a test call went away", gone);
        }
    }
}
