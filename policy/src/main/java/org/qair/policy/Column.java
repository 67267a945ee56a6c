package org.qair.policy;

import java.util.List;

/** A place in a rule that holds a {@link Token}, and which tokens may stand there. */
enum Column {
    SOURCE("source"),
    TARGET("target"),
    REDIRECT("redirect");

    private final String title;

    Column(String title) {
        this.title = title;
    }

    /** The keywords that may stand here; those that end in a colon are followed by a name, tag or type. */
    List<String> keywords() {
        return switch (this) {
            case SOURCE -> List.of("*", "@anyvm", "@adminvm", "@dispvm:", "@dispvm:@tag:", "@tag:", "@type:");
            case TARGET ->
                List.of(
                        "*",
                        "@anyvm",
                        "@adminvm",
                        "@default",
                        "@dispvm",
                        "@dispvm:",
                        "@dispvm:@tag:",
                        "@tag:",
                        "@type:");
            case REDIRECT -> List.of("@adminvm", "@dispvm", "@dispvm:");
        };
    }

    boolean accepts(Token token) {
        return switch (token) {
            case Token.OneQube one -> true;
            case Token.AdminVm host -> true;
            case Token.DisposableOf disposable -> true;
            case Token.Anything any -> this != REDIRECT;
            case Token.AnyQube any -> this != REDIRECT;
            case Token.DisposableTagged tagged -> this != REDIRECT;
            case Token.Tagged tagged -> this != REDIRECT;
            case Token.Typed typed -> this != REDIRECT;
            case Token.Default open -> this == TARGET;
            case Token.Disposable disposable -> this != SOURCE;
        };
    }

    @Override
    public String toString() {
        return title;
    }
}
