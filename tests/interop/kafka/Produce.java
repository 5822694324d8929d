import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Produces the records on standard input, "topic partition timestamp key value" with tabs between them ("null" for none), and
 * prints the offset of each. Arguments: bootstrap server, compression.type.
 */
public class Produce {
    public static void main(String[] args) throws Exception {
        Map<String, Object> configs = Map.of("bootstrap.servers", args[0], "compression.type", args[1],
            "key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class,
            "batch.size", 2_000, "linger.ms", 5);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(configs);
             BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split("\t");
                sent.add(producer.send(new ProducerRecord<>(words[0], Integer.valueOf(words[1]), Long.valueOf(words[2]),
                    text(words[3]), text(words[4]))));
            }
        }
        for (Future<RecordMetadata> each : sent) System.out.println(each.get().offset());
    }

    private static String text(String word) {
        return word.equals("null") ? null : word;
    }
}
