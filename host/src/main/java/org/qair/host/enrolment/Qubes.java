package org.qair.host.enrolment;

import java.io.IOException;
import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminAnswer;
import org.qair.registry.admin.AdminCall;

/** The qubes of a host, as far as enrolment makes and removes them. */
final class Qubes {
    private static final String NOT_FOUND = "QubesVMNotFoundError";

    private final Admin admin;

    Qubes(Admin admin) {
        this.admin = admin;
    }

    boolean exists(QubeName qube) throws IOException {
        return admin.handle(AdminCall.of("admin.vm.List", "", qube, "")) instanceof AdminAnswer.Ok;
    }

    /** Whether it is a RemoteVM behind that relay. */
    boolean isBehind(QubeName qube, QubeName relay) throws IOException, EnrolmentException {
        return exists(qube)
                && text("admin.vm.property.Get", "klass", qube, "").endsWith(" RemoteVM")
                && text("admin.vm.property.Get", "relayvm", qube, "").endsWith(" " + relay);
    }

    boolean isRemote(QubeName qube) throws IOException, EnrolmentException {
        return text("admin.vm.property.Get", "klass", qube, "").endsWith(" RemoteVM");
    }

    /** The value that it has; empty when it is unset. */
    String property(QubeName qube, String name) throws IOException, EnrolmentException {
        String[] words = text("admin.vm.property.Get", name, qube, "").split(" ", 3); // default=… type=… VALUE
        return words.length == 3 ? words[2] : "";
    }

    void set(QubeName qube, String property, String value) throws IOException, EnrolmentException {
        text("admin.vm.property.Set", property, qube, value);
    }

    /** One that is not there has no property that could be reset. */
    void reset(QubeName qube, String property) throws IOException, EnrolmentException {
        if (exists(qube)) {
            text("admin.vm.property.Reset", property, qube, "");
        }
    }

    /** Either with all its properties, or not at all. */
    void create(QubeType type, QubeName qube, Map<String, String> properties) throws IOException, EnrolmentException {
        text("admin.vm.Create." + type, "", QubeName.DOM0, "name=%s label=red".formatted(qube));
        try {
            for (Map.Entry<String, String> property : properties.entrySet()) {
                set(qube, property.getKey(), property.getValue());
            }
        } catch (IOException | EnrolmentException refused) {
            remove(qube);
            throw refused;
        }
    }

    /** One that is not there is removed already. */
    void remove(QubeName qube) throws IOException, EnrolmentException {
        AdminAnswer answer = admin.handle(AdminCall.of("admin.vm.Remove", "", qube, ""));
        if (answer instanceof AdminAnswer.Failure failure && !failure.type().equals(NOT_FOUND)) {
            throw new EnrolmentException(failure.message());
        }
    }

    private String text(String method, String argument, QubeName qube, String payload)
            throws IOException, EnrolmentException {
        return switch (admin.handle(AdminCall.of(method, argument, qube, payload))) {
            case AdminAnswer.Ok ok -> ok.text();
            case AdminAnswer.Failure failure -> throw new EnrolmentException(failure.message());
            case AdminAnswer.Malformed malformed -> throw new IOException(malformed.reason());
            case AdminAnswer.Events events -> throw new IOException("`%s` gives events".formatted(method));
        };
    }
}
