package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads the words of a rule that stand for qubes. */
final class TokenParser {
    private static final String UUID_PREFIX = "uuid:";
    private static final String DISPOSABLE_TAG_PREFIX = "@dispvm:@tag:";
    private static final String DISPOSABLE_PREFIX = "@dispvm:";
    private static final String TAG_PREFIX = "@tag:";
    private static final String TYPE_PREFIX = "@type:";

    private TokenParser() {}

    /** @throws SyntaxProblem when {@code word} is no token, or none that may stand in {@code column} */
    static Token parse(Column column, String word) throws SyntaxProblem {
        Token token;
        try {
            token = read(column, word);
        } catch (InvalidNameException invalid) {
            throw new SyntaxProblem(invalid);
        }
        if (!column.accepts(token)) {
            throw new SyntaxProblem("`%s` cannot be a %s".formatted(Printable.of(word), column));
        }
        return token;
    }

    private static Token read(Column column, String word) throws SyntaxProblem {
        return switch (word) {
            case "*" -> new Token.Anything();
            case "@anyvm" -> new Token.AnyQube();
            case "@adminvm", "dom0" -> new Token.AdminVm();
            case "@default" -> new Token.Default();
            case "@dispvm" -> new Token.Disposable();
            default -> word.startsWith("@") || word.startsWith("$") ? prefixed(column, word) : qube(word);
        };
    }

    private static Token prefixed(Column column, String word) throws SyntaxProblem {
        if (word.startsWith(DISPOSABLE_TAG_PREFIX)) {
            return new Token.DisposableTagged(value("tag", word, DISPOSABLE_TAG_PREFIX));
        }
        if (word.startsWith(DISPOSABLE_PREFIX + "@")) {
            throw unknown(column, word);
        }
        if (word.startsWith(DISPOSABLE_PREFIX)) {
            return disposableOf(word.substring(DISPOSABLE_PREFIX.length()));
        }
        if (word.startsWith(TAG_PREFIX)) {
            return new Token.Tagged(value("tag", word, TAG_PREFIX));
        }
        if (word.startsWith(TYPE_PREFIX)) {
            return new Token.Typed(value("type", word, TYPE_PREFIX));
        }
        throw unknown(column, word);
    }

    private static Token disposableOf(String template) throws SyntaxProblem {
        if (template.isEmpty()) {
            throw new SyntaxProblem("`@dispvm:` names no template");
        }
        return qube(template) instanceof Token.OneQube one
                ? new Token.DisposableOf(one)
                : new Token.DisposableOf(new Token.Named(QubeName.DOM0));
    }

    /** A name or UUID; the host when it is the host's. */
    private static Token qube(String word) {
        if (word.startsWith(UUID_PREFIX)) {
            UUID uuid = Uuids.parse(word.substring(UUID_PREFIX.length()));
            return uuid.equals(Uuids.ADMIN_VM) ? new Token.AdminVm() : new Token.Identified(uuid);
        }
        QubeName name = new QubeName(word);
        return name.equals(QubeName.DOM0) ? new Token.AdminVm() : new Token.Named(name);
    }

    private static String value(String what, String word, String prefix) throws SyntaxProblem {
        String value = word.substring(prefix.length());
        if (value.isEmpty()) {
            throw new SyntaxProblem("`%s` names no %s".formatted(prefix, what));
        }
        Characters.check(what, value, "");
        return value;
    }

    private static SyntaxProblem unknown(Column column, String word) {
        return new SyntaxProblem("`%s` is no %s%s".formatted(Printable.of(word), column, suggestion(column, word)));
    }

    /** The keyword that was meant: what follows a prefix is kept as it was written. */
    private static String suggestion(Column column, String word) {
        int colon = word.lastIndexOf(':') + 1;
        String head = word.substring(0, colon);
        List<String> candidates = new ArrayList<>(column.keywords());
        candidates.removeIf(keyword -> keyword.endsWith(":") != (colon > 0 && colon < word.length()));
        return NearMiss.of(colon > 0 ? head : word, candidates)
                .map(near -> NearMiss.hint(near + (colon > 0 ? word.substring(colon) : "")))
                .orElse("");
    }
}
