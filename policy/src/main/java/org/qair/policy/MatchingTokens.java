package org.qair.policy;

import java.util.ArrayList;
import java.util.List;

/** Which tokens match a qube. This is the meaning of the token table: a token matches when it is in the list. */
final class MatchingTokens {
    private MatchingTokens() {}

    /**
     * A qube other than the host, as source and as target. Tags and types never match the host. {@code @dispvm:…} matches
     * no source: a disposable that exists calls under its own name.
     */
    static List<Token> ofQube(Qube qube) {
        List<Token> tokens = new ArrayList<>();
        tokens.add(new Token.Anything());
        tokens.add(new Token.AnyQube());
        tokens.add(new Token.Named(qube.name()));
        tokens.add(new Token.Identified(qube.uuid()));
        tokens.add(new Token.Typed(qube.type().name()));
        qube.tags().forEach(tag -> tokens.add(new Token.Tagged(tag)));
        return tokens;
    }

    static List<Token> ofSource(Qube source) {
        return source.name().equals(QubeName.DOM0) ? new IntendedTarget.Host().tokens() : ofQube(source);
    }

    /** A new disposable of {@code template}. */
    static List<Token> ofTemplate(Qube template) {
        List<Token> tokens = new ArrayList<>();
        tokens.add(new Token.DisposableOf(new Token.Named(template.name())));
        tokens.add(new Token.DisposableOf(new Token.Identified(template.uuid())));
        if (template.templateForDispvms()) {
            template.tags().forEach(tag -> tokens.add(new Token.DisposableTagged(tag)));
        }
        return tokens;
    }
}
