import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What consumer-perf-test does, with no group: reads records of a topic's partitions from the start. Prints records per second and MB
 * per second, the best of some passes, since the client is compiled in the first ones. Arguments: bootstrap server, topic, records,
 * passes.
 */
public class ReadAll {
    public static void main(String[] args) {
        long wanted = Long.parseLong(args[2]);
        int passes = Integer.parseInt(args[3]);
        double bestRecords = 0, bestMegabytes = 0;
        Map<String, Object> configs = Map.of("bootstrap.servers", args[0], "check.crcs", false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                 new KafkaConsumer<>(configs, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
                .map(each -> new TopicPartition(args[1], each.partition())).toList();
            consumer.assign(partitions);
            for (int pass = 0; pass < passes; pass++) {
                consumer.seekToBeginning(partitions);
                partitions.forEach(consumer::position);
                long start = System.nanoTime(), records = 0, bytes = 0;
                while (records < wanted) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                        records++;
                        if (record.key() != null) bytes += record.key().length;
                        if (record.value() != null) bytes += record.value().length;
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                bestRecords = Math.max(bestRecords, records / seconds);
                bestMegabytes = Math.max(bestMegabytes, bytes / seconds / 1e6);
            }
        }
        System.out.printf("%.0f %.2f%n", bestRecords, bestMegabytes);
    }
}
