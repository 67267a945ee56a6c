package org.qair.host.limits;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/**
 * Which calls a limit is for: the four columns of a policy rule, {@code SERVICE ARGUMENT SOURCE TARGET}, with the same tokens and the
 * same meaning, since policy itself decides whether they match.
 */
public final class CallPattern {
    private static final int COLUMNS = 4;

    private final String text;
    private final Policy policy;

    private CallPattern(String text, Policy policy) {
        this.text = text;
        this.policy = policy;
    }

    /** Reads one; throws {@link IllegalArgumentException} saying what is wrong. */
    public static CallPattern parse(String text) {
        if (text.strip().split("[ \t]+", -1).length != COLUMNS || text.lines().count() != 1) {
            throw new IllegalArgumentException(
                    "`%s` is not the four columns of a rule: SERVICE ARGUMENT SOURCE TARGET".formatted(text.strip()));
        }
        try {
            return new CallPattern(text.strip(), Policy.parse(new OneRule(text.strip() + " allow\n")));
        } catch (PolicySyntaxException malformed) {
            throw new IllegalArgumentException(
                    "`%s` is no beginning of a rule: %s".formatted(text.strip(), malformed.getMessage()), malformed);
        }
    }

    /** The calls that come by a relay, which are not found by a rule's columns. */
    static CallPattern ofRelay(QubeName relay) {
        return new CallPattern("relay " + relay, parse("* * * *").policy);
    }

    /** @param request with the target that the call goes to, not the one that was asked for */
    boolean matches(SystemInfo system, Request request) {
        return policy.evaluate(system, request) instanceof Decision.Allow;
    }

    @Override
    public String toString() {
        return text;
    }

    private record OneRule(String rule) implements PolicyFiles {
        @Override
        public List<PolicyFile> rootFiles() {
            byte[] content = rule.getBytes(StandardCharsets.UTF_8);
            return List.of(new PolicyFile("limit", "limit.policy", false, content));
        }

        @Override
        public Optional<PolicyFile> file(String path) {
            return Optional.empty();
        }

        @Override
        public Optional<List<PolicyFile>> directory(String path) {
            return Optional.empty();
        }
    }
}
