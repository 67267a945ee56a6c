package org.qair.relay.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.qair.policy.Printable;

/** One jump host of a {@code ProxyJump}: {@code [user@]host[:port]}, also with {@code ssh://} before it. */
record JumpSpec(Optional<String> user, String host, OptionalInt port) {
    private static final Pattern FORM =
            Pattern.compile("(?:ssh://)?(?:([^@,]+)@)?(\\[[0-9A-Fa-f:.%a-z]+\\]|[^@:,\\[\\]]+)(?::([0-9]{1,5}))?/?");

    /** The jump hosts in their order, or none. */
    static List<JumpSpec> parse(String value) {
        List<JumpSpec> jumps = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            Matcher form = FORM.matcher(part.strip());
            if (!form.matches()) {
                throw new IllegalArgumentException("`ProxyJump %s` is not understood".formatted(Printable.of(value)));
            }
            String host = form.group(2);
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            OptionalInt port =
                    form.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(form.group(3)));
            jumps.add(new JumpSpec(Optional.ofNullable(form.group(1)), bare, port));
        }
        return jumps;
    }
}
