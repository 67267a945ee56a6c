package org.qair.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.host.prompts.Answer;
import org.qair.host.prompts.GuiAgent;
import org.qair.host.prompts.Question;
import org.qair.host.prompts.Term;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The field's policy agent on a GUI qube, as the policy authority calls it: services {@code policy.Ask} and {@code policy.Notify},
 * JSON in. For a source without a GUI qube, as RemoteVMs are, it is dom0's, which upstream refuses instead.
 */
final class GuiQubeAgent implements GuiAgent {
    private static final Logger LOG = LoggerFactory.getLogger(GuiQubeAgent.class);
    private static final String ALLOW = "allow:";
    private static final int LONGEST_ANSWER = 256;

    private final Service services;
    private final Supplier<SystemInfo> system;

    /** @param services what runs a call at its target, without policy: the host itself asks */
    GuiQubeAgent(Service services, Supplier<SystemInfo> system) {
        this.services = services;
        this.system = system;
    }

    @Override
    public Optional<Answer> ask(Question question) throws InterruptedException {
        SystemInfo now = system.get();
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("source", question.source().value());
        parameters.put("service", question.service().name());
        parameters.put("argument", question.service().ruleArgument());
        parameters.put("targets", question.targets());
        parameters.put("default_target", question.defaultTarget().orElse(""));
        parameters.put("icons", icons(now));
        return run(now, question.source(), "policy.Ask", parameters).flatMap(GuiQubeAgent::answer);
    }

    /** Tells the user, where there is such an agent; what comes of it does not matter. */
    void tell(QubeName source, String resolution, ServiceName service, String target) throws InterruptedException {
        SystemInfo now = system.get();
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("resolution", resolution);
        parameters.put("service", service.name());
        parameters.put("argument", service.ruleArgument());
        parameters.put("source", source.value());
        parameters.put("target", target);
        Optional<String> ignored = run(now, source, "policy.Notify", parameters);
    }

    private static Map<String, String> icons(SystemInfo system) {
        Map<String, String> icons = new LinkedHashMap<>();
        for (Qube qube : system.qubes()) {
            icons.put(qube.name().value(), qube.icon());
            if (qube.templateForDispvms()) {
                icons.put("@dispvm:" + qube.name(), qube.icon().replace("app", "disp"));
            }
        }
        return icons;
    }

    private static Optional<Answer> answer(String text) {
        if (text.equals("deny")) {
            return Optional.of(new Answer.Deny());
        }
        if (text.startsWith(ALLOW)) {
            return Optional.of(new Answer.Allow(text.substring(ALLOW.length()), 1, new Term.Once()));
        }
        LOG.warn("the GUI qube's agent answered neither `allow:` nor `deny`");
        return Optional.empty();
    }

    private Optional<String> run(
            SystemInfo now, QubeName source, String service, Map<String, @Nullable Object> parameters)
            throws InterruptedException {
        QubeName target = now.find(source).flatMap(Qube::guivm).orElse(QubeName.DOM0);
        Call call = new Call(
                CallId.random(),
                QubeName.DOM0,
                Optional.empty(),
                RequestedTarget.parse(target.value()),
                target,
                ServiceName.parse(service),
                Optional.empty());
        Exchange exchange = new Exchange(JsonMapper.shared().writeValueAsString(parameters));
        try {
            int code = services.run(call, exchange);
            return code == 0 ? Optional.of(exchange.answer()) : Optional.empty();
        } catch (CallException nobody) {
            LOG.debug("{} on `{}`: {}", service, target, nobody.getMessage());
            return Optional.empty();
        }
    }

    /** What is said, and what is answered, of which only the beginning is kept. */
    private static final class Exchange implements Streams {
        private final InputStream question;
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

        Exchange(String question) {
            this.question = new ByteArrayInputStream(question.getBytes(StandardCharsets.UTF_8));
        }

        synchronized String answer() {
            return answer.toString(StandardCharsets.US_ASCII);
        }

        private synchronized void keep(byte[] bytes, int offset, int length) {
            answer.write(bytes, offset, Math.min(length, LONGEST_ANSWER - answer.size()));
        }

        @Override
        public InputStream stdin() {
            return question;
        }

        @Override
        public OutputStream stdout() {
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    keep(bytes, offset, length);
                }
            };
        }

        @Override
        public OutputStream stderr() {
            return OutputStream.nullOutputStream();
        }
    }
}
