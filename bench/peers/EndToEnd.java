import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What e2e-latency does, in microseconds and with no group: sends a record, waits for the answer, polls until the record is there, and
 * so on. Prints p50 and p99. Arguments: bootstrap server, topic, records, acks.
 */
public class EndToEnd {
    /** Records until the virtual machine has compiled the client: before, p99 is its compiler's. */
    private static final int WARM_UP = 20_000;

    public static void main(String[] args) throws Exception {
        int records = Integer.parseInt(args[2]);
        byte[] value = new byte[100];
        TopicPartition partition = new TopicPartition(args[1], 0);
        Map<String, Object> producing = Map.of("bootstrap.servers", args[0], "acks", args[3], "linger.ms", 0);
        Map<String, Object> consuming = Map.of("bootstrap.servers", args[0], "fetch.max.wait.ms", 0);
        long[] micros = new long[records];
        try (KafkaProducer<byte[], byte[]> producer =
                 new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
             KafkaConsumer<byte[], byte[]> consumer =
                 new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            producer.send(new ProducerRecord<>(args[1], 0, null, value)).get();
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            for (int i = -WARM_UP; i < records; i++) {
                long start = System.nanoTime();
                producer.send(new ProducerRecord<>(args[1], 0, null, value)).get();
                while (consumer.poll(Duration.ofSeconds(10)).isEmpty()) { }
                if (i >= 0) micros[i] = (System.nanoTime() - start) / 1000;
            }
        }
        Arrays.sort(micros);
        System.out.println(micros[records / 2] + " " + micros[records * 99 / 100]);
    }
}
