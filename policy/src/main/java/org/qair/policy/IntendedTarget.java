package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a target comes to in this system, the caller's or a rule's: the thing that target tokens match or do not match. */
sealed interface IntendedTarget {
    /** Every token that matches it; rules with another one in their target column do not. */
    List<Token> tokens();

    /** The host. */
    record Host() implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            return List.of(new Token.Anything(), new Token.AdminVm());
        }
    }

    /** A qube that exists, other than the host. */
    record OfQube(Qube qube) implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            return MatchingTokens.ofQube(qube);
        }
    }

    /** No target in particular: the caller named none, or one that does not exist. */
    record Open() implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            return List.of(new Token.Anything(), new Token.AnyQube(), new Token.Default());
        }
    }

    /**
     * A disposable of the source's default template.
     *
     * @param name the template's name; absent when the source has none
     * @param template absent also when there is no such qube
     */
    record DefaultDisposable(Optional<QubeName> name, Optional<Qube> template) implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            List<Token> tokens = new ArrayList<>(List.of(new Token.Anything(), new Token.AnyQube()));
            tokens.add(new Token.Disposable());
            if (template.isPresent()) {
                tokens.addAll(MatchingTokens.ofTemplate(template.get()));
            } else {
                name.ifPresent(missing -> tokens.add(new Token.DisposableOf(new Token.Named(missing))));
            }
            return tokens;
        }
    }

    /** A disposable of a template for disposables. */
    record DisposableOf(Qube template) implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            List<Token> tokens = new ArrayList<>(List.of(new Token.Anything(), new Token.AnyQube()));
            tokens.addAll(MatchingTokens.ofTemplate(template));
            return tokens;
        }
    }

    /** A disposable of something that is no template for disposables, or does not exist. */
    record NotATemplate(String name) implements IntendedTarget {
        @Override
        public List<Token> tokens() {
            return List.of();
        }
    }
}
