import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a group with Kafka's own consumer (see support/group_member.ts). Argument: what it is to join, as JSON. */
public class GroupMember {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        JsonNode options = JSON.readTree(args[0]);
        Map<String, Object> configs = new HashMap<>(Map.of("bootstrap.servers", options.get("bootstrap").asText(),
            "group.id", options.get("group").asText(), "enable.auto.commit", false, "auto.offset.reset", "earliest",
            "session.timeout.ms", options.get("sessionMs").asInt(), "heartbeat.interval.ms", 200,
            "metadata.max.age.ms", 500, "partition.assignment.strategy", assignor(options.get("assignor").asText())));
        if (options.hasNonNull("instanceId")) configs.put("group.instance.id", options.get("instanceId").asText());
        ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(() -> new BufferedReader(new InputStreamReader(System.in)).lines().forEach(commands::add));
        reader.setDaemon(true);
        reader.start();
        try (KafkaConsumer<String, String> consumer =
                 new KafkaConsumer<>(configs, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(options.get("topic").asText()), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) { }

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    ArrayNode assigned = JSON.createArrayNode();
                    consumer.assignment().stream().map(TopicPartition::partition).sorted().forEach(assigned::add);
                    print(JSON.createObjectNode().put("event", "assigned").set("partitions", assigned));
                }
            });
            while (true) {
                ArrayNode records = JSON.createArrayNode();
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50)))
                    records.addArray().add(record.partition()).add(record.offset()).add(record.value());
                if (!records.isEmpty()) print(JSON.createObjectNode().put("event", "records").set("records", records));
                for (String command; (command = commands.poll()) != null;) {
                    if (command.equals("leave")) return;
                    consumer.commitSync();
                    print(JSON.createObjectNode().put("event", "committed"));
                }
            }
        }
    }

    private static String assignor(String name) {
        return "org.apache.kafka.clients.consumer." + Map.of("range", "RangeAssignor", "roundrobin", "RoundRobinAssignor",
            "sticky", "StickyAssignor", "cooperative-sticky", "CooperativeStickyAssignor").get(name);
    }

    private static void print(JsonNode event) {
        System.out.println(event);
    }
}
