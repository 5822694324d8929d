import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Two transactional producers and a plain one write to both partitions of a topic at the same time; of the transactions one in
 * three is aborted. Arguments: bootstrap server, topic, a word that the values begin with.
 */
public class ProduceTransactions {
    private static final int ROUNDS = 30;

    public static void main(String[] args) {
        List<KafkaProducer<String, String>> producers = new ArrayList<>();
        for (int i = 0; i < 3; i++) producers.add(producer(args[0], i));
        for (KafkaProducer<String, String> producer : producers.subList(0, 2)) producer.initTransactions();
        for (int round = 0; round < ROUNDS; round++) {
            // The second one's transaction begins inside the first one's, and ends behind it.
            producers.get(0).beginTransaction();
            send(producers.get(0), args, "a" + round, 7);
            producers.get(1).beginTransaction();
            send(producers.get(1), args, "b" + round, 5);
            send(producers.get(2), args, "c" + round, 3);
            send(producers.get(0), args, "a" + round, 2);
            end(producers.get(0), round % 3 == 0);
            send(producers.get(1), args, "b" + round, 2);
            end(producers.get(1), round % 3 == 1);
        }
        producers.forEach(KafkaProducer::close);
    }

    private static KafkaProducer<String, String> producer(String bootstrap, int number) {
        Map<String, Object> configs = new HashMap<>(Map.of("bootstrap.servers", bootstrap,
            "key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class));
        if (number < 2) configs.put("transactional.id", "interop-" + number);
        if (number == 1) configs.put("compression.type", "zstd");
        return new KafkaProducer<>(configs);
    }

    private static void send(KafkaProducer<String, String> producer, String[] args, String name, int count) {
        for (int i = 0; i < count; i++) {
            String value = args[2] + "-" + name + "-" + i + "-" + "x".repeat(100);
            producer.send(new ProducerRecord<>(args[1], i % 2, name, value));
        }
        producer.flush();
    }

    private static void end(KafkaProducer<String, String> producer, boolean abort) {
        if (abort) producer.abortTransaction();
        else producer.commitTransaction();
    }
}
