import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Produces to all partitions of a topic in turn until it is killed, with acks=1. The record at offset N of a partition has key
 * "kN". Prints "partition offset" now and then, when that is acknowledged. Arguments: bootstrap server, topic, partitions.
 */
public class ProduceForEver {
    public static void main(String[] args) {
        Map<String, Object> configs = Map.of("bootstrap.servers", args[0], "compression.type", "lz4",
            "key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class,
            "acks", "1", "enable.idempotence", "false", "retries", 0);
        int partitions = Integer.parseInt(args[2]);
        KafkaProducer<String, String> producer = new KafkaProducer<>(configs);
        for (long n = 0; ; n++) {
            for (int partition = 0; partition < partitions; partition++) {
                String value = "v" + n + "-" + "x".repeat((int) (n % 200));
                producer.send(new ProducerRecord<>(args[1], partition, "k" + n, value), (metadata, error) -> {
                    if (error == null && metadata.offset() % 1000 == 999) {
                        System.out.println(metadata.partition() + " " + metadata.offset());
                    }
                });
            }
        }
    }
}
