package org.qair.registry.admin;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryException;

/** One method of the Admin API: what it takes, and what it does. */
record AdminMethod(Takes argument, Takes payload, Destination destination, Handler handler) {
    /** Whether something may, must or must not be given. */
    enum Takes {
        NONE,
        SOME,
        ANY;

        Optional<String> complaint(boolean isThere, String what) {
            return switch (this) {
                case NONE -> isThere ? Optional.of("unexpected " + what) : Optional.empty();
                case SOME -> isThere ? Optional.empty() : Optional.of("expected " + what);
                case ANY -> Optional.empty();
            };
        }
    }

    /** Which qubes it may be asked of. */
    enum Destination {
        DOM0,
        ANY
    }

    /** What it does. */
    @FunctionalInterface
    interface Handler {
        AdminAnswer handle(Question question) throws RegistryException, MalformedCallException;
    }

    /** A call whose source and destination are known. */
    record Question(Registry registry, View view, QubeRecord source, QubeRecord destination, AdminCall call) {
        String argument() {
            return call.argument();
        }

        /** The payload as text; what is no ASCII stays visible as such, and no rule lets it pass. */
        String payload() {
            return new String(call.payload(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Why a call to it with this destination makes no sense, if so. */
    Optional<String> complaint(AdminCall call, QubeRecord qube) {
        Optional<String> wrong = payload.complaint(call.payload().length > 0, "payload");
        if (wrong.isEmpty()) {
            wrong = argument.complaint(!call.argument().isEmpty(), "argument");
        }
        if (wrong.isEmpty() && destination == Destination.DOM0 && !qube.isAdminVm()) {
            wrong = Optional.of("expected dom0 as destination");
        }
        return wrong;
    }
}
