package org.qair.registry.admin;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.registry.Label;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code internal.GetSystemInfo}: what policy knows of the qubes, as JSON in the field's spelling and order. */
final class SystemInfoMethod {
    private SystemInfoMethod() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "internal.GetSystemInfo",
                new AdminMethod(Takes.NONE, Takes.NONE, Destination.DOM0, SystemInfoMethod::answer));
    }

    private static AdminAnswer answer(Question question) {
        RegistrySnapshot snapshot = question.registry().snapshot();
        return AdminAnswer.Ok.of(snapshot.qubes().stream()
                .map(qube -> string(qube.name().value()) + ": " + qube(qube, snapshot))
                .collect(Collectors.joining(", ", "{\"domains\": {", "}}")));
    }

    private static String qube(QubeRecord record, RegistrySnapshot snapshot) {
        Qube qube = snapshot.systemInfo().find(record.name()).orElseThrow();
        String color = snapshot.label(record.label()).map(Label::color).orElse("0x000000");
        return "{\"internal\": " + orNull(Optional.ofNullable(record.features().get("internal")))
                + ", \"tags\": "
                + record.tags().stream().map(SystemInfoMethod::string).collect(Collectors.joining(", ", "[", "]"))
                + ", \"type\": " + string(qube.type().name())
                + ", \"template_for_dispvms\": " + qube.templateForDispvms()
                + ", \"default_dispvm\": " + orNull(qube.defaultDispvm().map(QubeName::value))
                + ", \"icon\": " + string(qube.icon())
                + ", \"label\": " + string(color)
                + ", \"guivm\": " + orNull(qube.guivm().map(QubeName::value))
                + ", \"relayvm\": " + orNull(qube.relayvm().map(QubeName::value))
                + ", \"transport_rpc\": " + orNull(qube.transportRpc())
                + ", \"power_state\": " + string(qube.powerState())
                + ", \"uuid\": " + string(qube.uuid().toString())
                + "}";
    }

    private static String orNull(Optional<String> value) {
        return value.map(SystemInfoMethod::string).orElse("null");
    }

    /** The registry lets nothing but printable ASCII in, so these two are all that JSON has to escape. */
    private static String string(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
