import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Prints Kafka's error table, the versions that its listeners announce, and the versions of headers; tabs between. */
public class ProtocolTables {
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        for (Errors error : Errors.values()) {
            boolean retriable = error.exception() instanceof RetriableException;
            String message = error == Errors.NONE ? "" : error.message();
            out.println(String.join("\t", "error", error.name(), "" + error.code(), "" + retriable, message));
        }
        for (ListenerType listener : ListenerType.values()) {
            for (ApiKeys api : ApiKeys.apisForListener(listener)) {
                api.toApiVersionForApiResponse(false, listener).ifPresent(version -> out.println(String.join("\t",
                    "announced", listener.name().toLowerCase(), "" + version.apiKey(), "" + version.minVersion(), "" + version.maxVersion())));
            }
        }
        for (ApiKeys api : ApiKeys.values()) {
            if (!api.hasValidVersion()) continue;
            for (short version = api.oldestVersion(); version <= api.latestVersion(true); version++) {
                out.println(String.join("\t", "header", api.messageType.name, "" + api.id, "" + version,
                    "" + api.requestHeaderVersion(version), "" + api.responseHeaderVersion(version)));
            }
        }
        out.close();
        if (out.checkError()) System.exit(1);
    }
}
