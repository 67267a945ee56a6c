package org.qair.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qair.policy.PolicyFiles.PolicyFile;

/** Which entries of a policy directory are policy, and in which order. */
public final class PolicyFileNames {
    private static final String SUFFIX = ".policy";

    private PolicyFileNames() {}

    /** Whether an entry of that name is no policy file and is not read: hidden, or without the suffix {@code .policy}. */
    public static boolean isIgnored(String name) {
        return name.startsWith(".") || !name.endsWith(SUFFIX);
    }

    /** The policy files among {@code entries} in C-locale order of name, those in {@code /run} in place of their namesakes. */
    static List<PolicyFile> inOrder(Collection<PolicyFile> entries, PolicyErrors errors) {
        Map<String, PolicyFile> chosen = new HashMap<>();
        for (PolicyFile file : entries) {
            if (!isIgnored(file.name()) && isValid(file, errors)) {
                chosen.merge(file.name(), file, (first, second) -> first.volatileRoot() ? first : second);
            }
        }
        List<PolicyFile> files = new ArrayList<>(chosen.values());
        files.sort(Comparator.comparing(PolicyFile::name));
        return files;
    }

    private static boolean isValid(PolicyFile file, PolicyErrors errors) {
        boolean valid = file.name().chars().allMatch(PolicyFileNames::isAllowed);
        if (!valid) {
            errors.add(
                    RuleLocation.wholeFile(Printable.of(file.path())),
                    "the name of a policy file is made of 0-9 a-z _ . - only");
        }
        return valid;
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    }
}
