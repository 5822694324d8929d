import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints every record of some topics, "topic-partition offset timestamp key value", and "topic-partition end offset" last, which is
 * the last stable offset with read_committed. Arguments: bootstrap server, isolation.level, topics.
 */
public class Consume {
    public static void main(String[] args) throws Exception {
        Map<String, Object> configs = Map.of("bootstrap.servers", args[0], "isolation.level", args[1],
            "key.deserializer", StringDeserializer.class, "value.deserializer", StringDeserializer.class);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(configs)) {
            for (String topic : Arrays.asList(args).subList(2, args.length)) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .sorted((a, b) -> a.partition() - b.partition()).toList();
                for (TopicPartition partition : partitions) {
                    consumer.assign(List.of(partition));
                    consumer.seekToBeginning(List.of(partition));
                    long end = consumer.endOffsets(List.of(partition)).get(partition);
                    while (consumer.position(partition) < end) {
                        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                            if (record.offset() >= end) continue;
                            out.println(partition + " " + record.offset() + " " + record.timestamp() + " "
                                + record.key() + " " + record.value());
                        }
                    }
                    out.println(partition + " end " + end);
                }
            }
        }
        out.close();
    }
}
