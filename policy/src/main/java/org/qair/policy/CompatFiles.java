package org.qair.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.qair.policy.PolicyFiles.PolicyFile;

/** The files of {@code /etc/qubes-rpc/policy}, one for each {@code SERVICE} or {@code SERVICE+ARGUMENT}. */
final class CompatFiles {
    static final String DIRECTORY = "/etc/qubes-rpc/policy";

    private static final Set<String> LEFT_OVERS = Set.of("rpmsave", "rpmnew", "swp");

    private CompatFiles() {}

    /** By service, those with an argument first; entries whose names are no services are left out. */
    static List<PolicyFile> inOrder(Collection<PolicyFile> entries) {
        return entries.stream()
                .filter(file -> isService(file.name()))
                .sorted(Comparator.comparing((PolicyFile file) -> service(file.name()))
                        .thenComparing(file -> argument(file.name()).equals("*"))
                        .thenComparing(PolicyFile::name))
                .toList();
    }

    static String service(String name) {
        int plus = name.indexOf('+');
        return plus < 0 ? name : name.substring(0, plus);
    }

    /** With its {@code +}; {@code *} when the name has none. */
    static String argument(String name) {
        int plus = name.indexOf('+');
        return plus < 0 ? "*" : name.substring(plus);
    }

    private static boolean isService(String name) {
        return !name.startsWith("+")
                && !LEFT_OVERS.contains(name.substring(name.lastIndexOf('.') + 1))
                && name.chars().allMatch(c -> Characters.isNameCharacter((char) c) || c == '+');
    }
}
