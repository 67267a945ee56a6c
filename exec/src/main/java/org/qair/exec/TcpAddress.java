package org.qair.exec;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.qair.call.CallException;

/**
 * The port that a service file names when it is a link to {@code /dev/tcp/HOST/PORT}, {@code /dev/tcp/HOST} (the argument is
 * the port) or {@code /dev/tcp} (the argument is {@code HOST+PORT}, where {@code +} in HOST stands for {@code :}). Both are
 * numeric: no name is ever looked up.
 */
record TcpAddress(InetAddress host, int port) {
    private static final String PREFIX = "/dev/tcp";
    private static final int HIGHEST_PORT = 65_535;

    /** Empty when {@code file} is no such link. */
    static Optional<TcpAddress> ofLink(Path file, Optional<String> argument) throws IOException, CallException {
        if (!Files.isSymbolicLink(file)) {
            return Optional.empty();
        }
        String link = Files.readSymbolicLink(file).toString();
        if (!link.equals(PREFIX) && !link.startsWith(PREFIX + "/")) {
            return Optional.empty();
        }
        return Optional.of(parse(file, link, argument.orElse("")));
    }

    private static TcpAddress parse(Path file, String link, String argument) throws CallException {
        String[] parts = link.length() <= PREFIX.length()
                ? new String[0]
                : link.substring(PREFIX.length() + 1).split("/", -1);
        return switch (parts.length) {
            case 0 -> ofArgument(file, argument);
            case 1 -> of(file, parts[0], argument);
            case 2 -> {
                if (!argument.isEmpty()) {
                    throw new CallException.Failed(
                            "service file `%s` names host and port, and the call has an argument".formatted(file));
                }
                yield of(file, parts[0], parts[1]);
            }
            default ->
                throw new CallException.Failed(
                        "service file `%s` is a link to `%s`: more than host and port".formatted(file, link));
        };
    }

    private static TcpAddress ofArgument(Path file, String argument) throws CallException {
        int plus = argument.lastIndexOf('+');
        if (plus < 0) {
            throw new CallException.Failed("service file `%s` takes an argument `HOST+PORT`".formatted(file));
        }
        return of(file, argument.substring(0, plus).replace('+', ':'), argument.substring(plus + 1));
    }

    private static TcpAddress of(Path file, String host, String port) throws CallException {
        if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > HIGHEST_PORT) {
            throw new CallException.Failed(
                    "service file `%s`: the port is not a number from 1 to 65535".formatted(file));
        }
        try {
            return new TcpAddress(InetAddress.ofLiteral(host), Integer.parseInt(port));
        } catch (IllegalArgumentException notNumeric) {
            throw new CallException.Failed("service file `%s`: the host is not numeric".formatted(file), notNumeric);
        }
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(host, port);
    }
}
