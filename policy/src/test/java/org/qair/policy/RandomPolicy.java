package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random systems, rules and requests over so few words that they often meet. */
final class RandomPolicy {
    static final List<String> NAMES =
            List.of("dom0", "work", "vault", "dvm", "tor-dvm", "pi1", "pi2", "relay", "plain");
    private static final List<String> TAGS = List.of("a", "b", "c");
    private static final List<String> SERVICES = List.of("svc", "svc", "other");
    private static final List<String> ARGUMENTS = List.of("*", "*", "+", "+x", "+x+y");

    private final Random random;

    RandomPolicy(long seed) {
        random = new Random(seed);
    }

    SystemInfo system() {
        TestSystem system = new TestSystem();
        for (String name : NAMES) {
            if (name.equals("dom0") || random.nextInt(8) > 0) {
                system.add(qube(name));
            }
        }
        return system.build();
    }

    private TestSystem.Builder qube(String name) {
        TestSystem.Builder qube = TestSystem.qube(name)
                .tags(TAGS.stream().filter(tag -> random.nextInt(3) == 0).toArray(String[]::new));
        if (name.equals("dom0")) {
            return qube.type(QubeType.AdminVM);
        }
        if (name.startsWith("pi")) {
            qube.remote(random.nextInt(6) > 0 ? "relay" : "", random.nextInt(6) > 0 ? "T" : "");
        }
        if (name.endsWith("dvm") && random.nextInt(5) > 0) {
            qube.template();
        }
        if (random.nextInt(3) > 0) {
            qube.dvm(pick(List.of("dvm", "tor-dvm", "plain", "missing")));
        }
        if (random.nextInt(6) == 0) {
            qube.internal();
        }
        return random.nextInt(3) == 0 ? qube.state("Halted") : qube;
    }

    /** The rules, when the system was to be made first. */
    String[] withSystem() {
        system();
        return rules();
    }

    String[] rules() {
        String[] rules = new String[random.nextInt(25)];
        for (int i = 0; i < rules.length; i++) {
            rules[i] = rule();
        }
        return rules;
    }

    private String rule() {
        boolean all = random.nextInt(5) == 0;
        String target = target();
        return "%s %s %s %s %s"
                .formatted(
                        all ? "*" : pick(SERVICES),
                        all ? "*" : pick(ARGUMENTS),
                        source(),
                        target,
                        action(target.equals("@default")));
    }

    private String source() {
        return switch (random.nextInt(6)) {
            case 0 -> pick(List.of("*", "@anyvm", "@adminvm"));
            case 1 -> "@tag:" + pick(TAGS);
            case 2 -> "@type:" + pick(List.of("AppVM", "RemoteVM", "AdminVM"));
            case 3 -> pick(List.of("@dispvm:dvm", "@dispvm:@tag:a", uuid()));
            default -> name();
        };
    }

    private String target() {
        return random.nextInt(3) == 0
                ? pick(List.of(
                        "@default", "@dispvm", "@dispvm:" + name(), "@dispvm:" + uuid(), "@dispvm:@tag:" + pick(TAGS)))
                : source();
    }

    private String action(boolean needsTarget) {
        String redirect = pick(List.of("@adminvm", "@dispvm", "@dispvm:" + name(), uuid(), name(), name()));
        List<String> permit = new ArrayList<>(List.of(pick(List.of("allow", "ask"))));
        if (needsTarget || random.nextInt(3) == 0) {
            permit.add("target=" + redirect);
        }
        if (random.nextInt(4) == 0) {
            permit.add("autostart=no");
        }
        if (permit.getFirst().equals("ask") && random.nextBoolean()) {
            permit.add("default_target=" + name());
        }
        return random.nextInt(3) == 0 ? "deny" : String.join(" ", permit);
    }

    Request request(SystemInfo system) {
        String caller = pick(system.qubes().stream()
                .map(qube -> qube.name().value())
                .sorted()
                .toList());
        String service = pick(SERVICES) + pick(List.of("", "+", "+x", "+x+y", "+z"));
        return TestSystem.request(caller, requested(), service);
    }

    private String requested() {
        return switch (random.nextInt(6)) {
            case 0 -> pick(List.of("@default", "@adminvm", "missing", "", "@dispvm:missing"));
            case 1 -> pick(List.of("@dispvm", "@dispvm:" + name()));
            case 2 -> uuid();
            default -> name();
        };
    }

    private String name() {
        return pick(NAMES);
    }

    private String uuid() {
        return "uuid:" + TestSystem.uuid(name());
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
