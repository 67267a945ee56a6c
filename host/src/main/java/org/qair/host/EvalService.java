package org.qair.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.host.daemon.Judge;
import org.qair.host.daemon.MalformedQuestionException;
import org.qair.host.daemon.ShortQuestion;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code policy.EvalSimple+SERVICE} and {@code policy.EvalGUI+SERVICE} of dom0: would a call be allowed, if a person who is asked said yes to
 * the target that was asked for? A question that makes no sense is answered by nothing and exit code 1; the log says why.
 */
final class EvalService implements Service {
    static final String SIMPLE = "policy.EvalSimple";
    static final String GUI = "policy.EvalGUI";

    private static final Logger LOG = LoggerFactory.getLogger(EvalService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<SystemInfo> system;
    private final Supplier<? extends Judge> inForce;

    /** @param inForce the policy at this moment */
    EvalService(Supplier<SystemInfo> system, Supplier<? extends Judge> inForce) {
        this.system = system;
        this.inForce = inForce;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        try {
            byte[] payload = new Payload(ShortQuestion.MAX_SIZE, PATIENCE).read(streams);
            ShortQuestion question = ShortQuestion.parse(call.service().argument(), payload);
            SystemInfo known = system.get();
            if (call.service().name().equals(GUI)) {
                requireGuiOf(call.source(), question, known);
            }
            streams.stdout().write(question.answer(known, inForce.get()));
            streams.stdout().flush();
            return 0;
        } catch (MalformedQuestionException malformed) {
            LOG.warn("{} of {} has no answer: {}", call.service(), call.source(), malformed.getMessage());
            return 1;
        } catch (IOException gone) {
            throw new CallException.Failed(
                    "the caller of `%s` went away".formatted(call.service().name()), gone);
        }
    }

    /** Who shows the windows of both qubes may ask of the two. */
    private static void requireGuiOf(QubeName asking, ShortQuestion question, SystemInfo known)
            throws MalformedQuestionException {
        for (String name : new String[] {question.source(), question.target()}) {
            Optional<QubeName> gui = qube(known, name).flatMap(Qube::guivm);
            if (!gui.equals(Optional.of(asking))) {
                throw new MalformedQuestionException("`%s` is not the GUI qube of `%s`".formatted(asking, name));
            }
        }
    }

    private static Optional<Qube> qube(SystemInfo known, String name) {
        return ShortQuestion.qubeName(name).flatMap(known::find);
    }
}
