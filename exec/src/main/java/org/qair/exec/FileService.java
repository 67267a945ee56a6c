package org.qair.exec;

import java.nio.file.Path;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;

/** The services that a qube has as files: programs, Unix sockets and links to {@code /dev/tcp}. Holds no state of a call. */
public final class FileService implements Service {
    private final ServiceSettings settings;

    public FileService(ServiceSettings settings) {
        this.settings = settings;
    }

    /** Whether there is a file for this service, whatever it holds. */
    public boolean has(Call call) {
        return settings.path().find(call.service()).isPresent();
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        Path file = settings.path()
                .find(call.service())
                .orElseThrow(() -> new CallException.NotFound("no file for service `%s` in %s"
                        .formatted(call.service().name(), settings.path().directories())));
        return switch (ServiceFile.of(file, call.service())) {
            case ServiceFile.Program program -> new Program(settings, program.path()).run(call, streams);
            case ServiceFile.Socket socket -> SocketService.unix(socket.path()).run(call, streams);
            case ServiceFile.Tcp tcp -> SocketService.tcp(tcp.address()).run(call, streams);
        };
    }
}
