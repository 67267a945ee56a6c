package org.qair.policy;

/** Where a target leads to: a destination, or the reason that there is none. */
sealed interface Resolution {
    record To(Destination destination) implements Resolution {}

    record Nowhere(String reason) implements Resolution {}

    static Resolution of(IntendedTarget target, QubeName source) {
        return switch (target) {
            case IntendedTarget.Host host -> new To(new Destination.Existing(QubeName.DOM0));
            case IntendedTarget.OfQube of ->
                new To(new Destination.Existing(of.qube().name()));
            case IntendedTarget.Open open -> new Nowhere("neither the caller nor the rule names a target that exists");
            case IntendedTarget.DisposableOf of ->
                new To(new Destination.NewDisposable(of.template().name()));
            case IntendedTarget.NotATemplate none -> notATemplate(none);
            case IntendedTarget.DefaultDisposable disposable -> of(disposable, source);
        };
    }

    static Nowhere notATemplate(IntendedTarget.NotATemplate none) {
        return new Nowhere("`%s` is no template for disposables".formatted(none.name()));
    }

    private static Resolution of(IntendedTarget.DefaultDisposable disposable, QubeName source) {
        if (disposable.name().isEmpty()) {
            return new Nowhere("`%s` has no default template for disposables".formatted(source));
        }
        return disposable
                .template()
                .filter(Qube::templateForDispvms)
                .<Resolution>map(template -> new To(new Destination.NewDisposable(template.name())))
                .orElseGet(() -> new Nowhere("`%s`, the default of `%s`, is no template for disposables"
                        .formatted(disposable.name().get(), source)));
    }
}
