package org.qair.policy;

import java.util.List;
import java.util.Optional;
import org.qair.policy.PolicyFiles.PolicyFile;

/**
 * The format of {@code /etc/qubes-rpc/policy}: {@code SOURCE TARGET ACTION[,param…]}, one file a service, {@code $} for
 * {@code @}, and {@code $include:} for {@code !include}.
 */
final class OldFormat implements PolicyParser.LineReader {
    private final PolicyParser parser;
    private final PolicyFile file;
    private final ServicePattern service;
    private final String includeBase;

    /** @param includeBase put before the relative paths that are included; ends in a slash or is empty */
    OldFormat(PolicyParser parser, PolicyFile file, ServicePattern service, String includeBase) {
        this.parser = parser;
        this.file = file;
        this.service = service;
        this.includeBase = includeBase;
    }

    /** Reads a file of {@code /etc/qubes-rpc/policy}; one about an argument denies what it does not mention. */
    static void readCompat(PolicyParser parser, PolicyFile file, RuleLocation place) throws SyntaxProblem {
        ServicePattern service =
                ServicePattern.parse(CompatFiles.service(file.name()), CompatFiles.argument(file.name()));
        parser.read(file, new OldFormat(parser, file, service, CompatFiles.DIRECTORY + "/"), place);
        if (service.argument().isPresent()) {
            parser.add(implied(service, new Token.AnyQube(), file));
            parser.add(implied(service, new Token.AdminVm(), file));
        }
    }

    @Override
    public void read(String line, RuleLocation place) throws SyntaxProblem {
        List<String> words = PolicyLines.words(
                line.replace("$include:", "!include ").replace('$', '@').replace(',', ' '));
        if (words.isEmpty()) {
            throw new SyntaxProblem("the line has commas only");
        }
        if (!words.getFirst().startsWith("!")) {
            parser.add(RuleParser.parse(service, words, place));
            return;
        }
        if (!words.getFirst().equals("!include") || words.size() != 2) {
            throw new SyntaxProblem(
                    "the old format has one directive, `$include:FILE`, not `%s`".formatted(Printable.of(line)));
        }
        String path = words.get(1);
        PolicyFile included = parser.find(file, path.startsWith("/") ? path : includeBase + path);
        parser.read(included, new OldFormat(parser, included, service, includeBase), place);
    }

    private static Rule implied(ServicePattern service, Token target, PolicyFile file) {
        return new Rule(
                service.service(),
                service.argument(),
                new Token.AnyQube(),
                target,
                new Action.Deny(true),
                Optional.of(RuleLocation.wholeFile(file.path())));
    }
}
