package org.qair.exec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services that a qube has as files: programs, Unix sockets and links to {@code /dev/tcp}, each run as its configuration says.
 * Those that wait for a session at the same time wait for one.
 */
public final class FileService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(FileService.class);

    static {
        OneSocketSignal.take(); // services are told this process's number
    }

    private final ServiceSettings settings;
    private final SessionWait session;

    public FileService(ServiceSettings settings) {
        this.settings = settings;
        this.session = new SessionWait(settings);
    }

    /** Whether there is a file for this service, whatever it holds, or whether that cannot be told. */
    public boolean has(Call call) {
        try {
            return settings.path().find(call.service()).isPresent();
        } catch (CallException.Failed unknown) {
            return true; // which the call will say
        }
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        return prepare(call, false).run(streams);
    }

    /**
     * Finds what a call runs.
     *
     * @param withoutGui whether it starts without its user's session, whatever its configuration says
     * @throws CallException.NotFound when there is no such service
     * @throws CallException.Failed when it, its configuration or its user is broken; the message has the place
     */
    public Prepared prepare(Call call, boolean withoutGui) throws CallException {
        ServiceConfig config = settings.config().load(call.service());
        Path path = settings.path()
                .find(call.service())
                .orElseThrow(() -> new CallException.NotFound("no file for service `%s` in %s"
                        .formatted(call.service().name(), settings.path().directories())));
        Prepared prepared = switch (ServiceFile.of(path, call.service())) {
            case ServiceFile.Program program -> program(program.path(), call, config);
            case ServiceFile.Socket socket -> SocketService.unix(socket.path(), call, config);
            case ServiceFile.Tcp tcp -> SocketService.tcp(tcp.address(), call, config);
        };
        return config.waitForSession() && !withoutGui
                ? session.before(prepared, call, user(call, config).orElse(System.getProperty("user.name", "")))
                : prepared;
    }

    private Program program(Path file, Call call, ServiceConfig config) throws CallException {
        if (config.isForSockets()) {
            LOG.warn("the configuration of `{}` says what holds for sockets alone; it is a program", file);
        }
        List<String> words = new ArrayList<>(List.of(file.toString()));
        call.service().argument().filter(argument -> !argument.isEmpty()).ifPresent(words::add);
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.putAll(ServiceEnvironment.of(call));
        Optional<String> name = user(call, config);
        Optional<UnixUser> user = name.isPresent() ? Optional.of(UnixUser.named(name.get())) : Optional.empty();
        return new Program(settings, call.id(), new Launch(file.toString(), words, user, environment));
    }

    private Optional<String> user(Call call, ServiceConfig config) {
        return config.forceUser().or(call::user).or(settings::unixUser);
    }
}
