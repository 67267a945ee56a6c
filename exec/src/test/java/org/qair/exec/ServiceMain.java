package org.qair.exec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallException;

/** A process that runs one service of a directory, perhaps as a user, and prints what it says or why it does not run. */
final class ServiceMain {
    private ServiceMain() {}

    /** Takes the directory, the service, and the user or nothing. */
    public static void main(String[] args) throws Exception {
        Optional<String> user = Optional.of(args[2]).filter(name -> !name.isEmpty());
        ServiceSettings settings = ServiceSettings.of(
                new ServicePath(List.of(Path.of(args[0]))), new ConfigPath(List.of()), Optional.empty(), Map.of());
        try {
            System.out.print(TestServices.output(new FileService(settings), TestServices.call(args[1], user)));
        } catch (CallException refused) {
            System.out.println(refused.exitCode() + ": " + refused.getMessage());
        }
    }
}
