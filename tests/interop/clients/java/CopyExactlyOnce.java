import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Copies a topic in transactions with Kafka's own clients, until it is killed; what goes wrong ends it (see exactly_once_test.ts). Argument: what to
 * copy, as JSON. It prints where it is, a word a line.
 */
public class CopyExactlyOnce {
    public static void main(String[] args) throws Exception {
        JsonNode options = new ObjectMapper().readTree(args[0]);
        String bootstrap = options.get("bootstrap").asText(), name = options.get("name").asText();
        String input = options.get("input").asText(), output = options.get("output").asText();
        Map<String, Object> consuming = Map.of("bootstrap.servers", bootstrap, "group.id", name, "group.instance.id", name,
            "enable.auto.commit", false, "auto.offset.reset", "earliest", "isolation.level", "read_committed",
            "max.poll.records", 20, "session.timeout.ms", 20_000, "fetch.max.wait.ms", 50);
        Map<String, Object> producing = Map.of("bootstrap.servers", bootstrap, "transactional.id", name, "linger.ms", 0,
            "transaction.timeout.ms", 20_000, "retry.backoff.ms", 20, "reconnect.backoff.max.ms", 100);
        try (KafkaConsumer<String, String> consumer =
                 new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer());
             KafkaProducer<String, String> producer =
                 new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(input));
            System.out.println("ready");
            while (true) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                System.out.println("begun");
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                for (ConsumerRecord<String, String> record : records) {
                    producer.send(new ProducerRecord<>(output, record.partition(), record.key(), "copy of " + record.value()));
                    offsets.put(new TopicPartition(input, record.partition()), new OffsetAndMetadata(record.offset() + 1));
                }
                producer.flush();
                System.out.println("sent");
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                System.out.println("offsets");
                producer.commitTransaction();
                System.out.println("committed");
            }
        } catch (Throwable error) {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
