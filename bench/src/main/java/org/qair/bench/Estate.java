package org.qair.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;

/** 500 qubes with four tags of fifty each, a policy about them, and calls between them; the same every time. */
final class Estate {
    static final int QUBES = 500;
    private static final int TAGS = 50;
    private static final int SERVICES = 40;
    private static final long SEED = 20;
    private static final int MOST_TRIED = 60_000;

    private final Random random = new Random(SEED);
    private final int rules;
    private final Shape shape;
    private final PolicyFile file;

    Estate(int rules, Shape shape) {
        this.rules = rules;
        this.shape = shape;
        file = write();
    }

    static SystemInfo system() {
        Random random = new Random(SEED);
        List<Qube> qubes = new ArrayList<>();
        qubes.add(qube("dom0", QubeType.AdminVM, Set.of()));
        for (int i = 1; i < QUBES; i++) {
            Set<String> tags = new HashSet<>();
            while (tags.size() < 4) {
                tags.add("tag" + random.nextInt(TAGS));
            }
            qubes.add(qube("qube" + i, i % 10 == 0 ? QubeType.RemoteVM : QubeType.AppVM, tags));
        }
        return new SystemInfo(qubes);
    }

    private static Qube qube(String name, QubeType type, Set<String> tags) {
        boolean remote = type == QubeType.RemoteVM;
        return new Qube(
                new QubeName(name),
                type,
                name.equals("dom0") ? new UUID(0, 0) : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                tags,
                Optional.of(new QubeName("qube1")),
                name.equals("qube1"),
                false,
                "Running",
                "",
                Optional.empty(),
                remote ? Optional.of(new QubeName("qube2")) : Optional.empty(),
                remote ? Optional.of("qubesair.SSHProxy") : Optional.empty());
    }

    private PolicyFile write() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rules; i++) {
            text.append(rule(i)).append('\n');
        }
        byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
        return new PolicyFile("30-bench.policy", "30-bench.policy", false, content);
    }

    /** The policy as one file. */
    PolicyFiles files() {
        return new PolicyFiles() {
            @Override
            public List<PolicyFile> rootFiles() {
                return List.of(file);
            }

            @Override
            public Optional<PolicyFile> file(String path) {
                return Optional.empty();
            }

            @Override
            public Optional<List<PolicyFile>> directory(String path) {
                return Optional.empty();
            }
        };
    }

    private String rule(int i) {
        String argument = random.nextInt(4) == 0 ? "+arg" + random.nextInt(20) : "*";
        return service(i) + " " + argument + " " + source() + " " + target() + " "
                + (random.nextBoolean() ? "allow" : "deny");
    }

    private String service(int i) {
        return "svc.Service" + (shape == Shape.SPREAD ? i % SERVICES : 0);
    }

    /** Names and tags; a rule for everyone would decide all at the top, and so would many tags in one service. */
    private String source() {
        int tagged = shape == Shape.SPREAD ? 3 : 20;
        return random.nextInt(tagged) > 0
                ? "qube" + (1 + random.nextInt(QUBES - 1))
                : "@tag:tag" + random.nextInt(TAGS);
    }

    private String target() {
        if (shape == Shape.ONE_SERVICE) {
            return source();
        }
        return switch (random.nextInt(8)) {
            case 0 -> "@anyvm";
            case 1, 2 -> "@tag:tag" + random.nextInt(TAGS);
            case 3 -> "@adminvm";
            default -> "qube" + (1 + random.nextInt(QUBES - 1));
        };
    }

    /** {@code count} calls that are decided where {@code match} says. */
    Request[] requests(Policy policy, SystemInfo system, Match match, int count) {
        String[] lines = new String(files().rootFiles().getFirst().content(), StandardCharsets.UTF_8).split("\n", -1);
        List<Request> found = new ArrayList<>();
        for (int tried = 0; found.size() < count && tried < MOST_TRIED; tried++) {
            Request request = request(system, lines[wanted(match)].split(" ", -1), match);
            if (decidedAt(policy.evaluate(system, request), match)) {
                found.add(request);
            }
        }
        // few calls get to the end of a policy that is all about one service: then those are made again
        for (int i = 0; !found.isEmpty() && found.size() < count; i++) {
            found.add(found.get(i));
        }
        return found.toArray(Request[]::new);
    }

    private int wanted(Match match) {
        int tenth = random.nextInt(Math.max(1, rules / 10));
        return match == Match.BOTTOM ? rules - 1 - tenth : tenth;
    }

    /** A call that the rule matches; when none is wanted, one of the same service between any two qubes. */
    private Request request(SystemInfo system, String[] rule, Match match) {
        boolean any = match == Match.NONE;
        String argument = rule[1].equals("*") ? "+arg" + random.nextInt(20) : rule[1];
        String target = rule[3].equals("@adminvm") ? "dom0" : qube(system, any ? "@anyvm" : rule[3]);
        return new Request(
                new QubeName(qube(system, any ? "@anyvm" : rule[2])),
                Optional.empty(),
                RequestedTarget.parse(target),
                ServiceName.parse(rule[0] + argument));
    }

    private String qube(SystemInfo system, String token) {
        if (!token.startsWith("@")) {
            return token;
        }
        List<Qube> fitting = system.qubes().stream()
                .filter(qube -> !qube.name().equals(QubeName.DOM0))
                .filter(qube -> token.equals("@anyvm") || qube.tags().contains(token.substring("@tag:".length())))
                .sorted(Comparator.comparing(Qube::name)) // the system gives them in another order in each process
                .toList();
        return fitting.get(random.nextInt(fitting.size())).name().value();
    }

    private boolean decidedAt(Decision decision, Match match) {
        int line = decision.rule().map(rule -> rule.line()).orElse(0);
        return switch (match) {
            case NONE -> line == 0;
            case TOP -> line > 0 && line <= rules / 10;
            case BOTTOM -> line > rules - rules / 10;
        };
    }

    Policy policy() throws PolicySyntaxException {
        return Policy.parse(files());
    }
}
