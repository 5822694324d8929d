import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Carries out the plan on standard input (see support/plan.ts) with Kafka's own clients. Argument: bootstrap server. */
public class RunPlan {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static String bootstrap;
    private static Admin admin;
    private static KafkaConsumer<byte[], byte[]> consumer;

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "max.partition.fetch.bytes", 4 << 20,
            "fetch.max.wait.ms", 50),
            new ByteArrayDeserializer(), new ByteArrayDeserializer());
        ArrayNode results = JSON.createArrayNode();
        for (JsonNode step : JSON.readTree(System.in)) results.add(run(step));
        try (PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)) {
            out.println(JSON.writeValueAsString(results));
        }
        consumer.close();
        admin.close();
    }

    private static ObjectNode run(JsonNode step) throws Exception {
        ObjectNode result = JSON.createObjectNode();
        String topic = step.path("topic").asText();
        TopicPartition partition = new TopicPartition(topic, step.path("partition").asInt());
        switch (step.get("op").asText()) {
            case "createTopic" -> {
                Map<String, String> configs = new HashMap<>();
                step.get("configs").fields().forEachRemaining(each -> configs.put(each.getKey(), each.getValue().asText()));
                NewTopic created = new NewTopic(topic, step.get("partitions").asInt(), (short) 1).configs(configs);
                admin.createTopics(List.of(created)).all().get();
            }
            case "deleteTopic" -> admin.deleteTopics(List.of(topic)).all().get();
            case "topics" -> {
                Set<String> names = admin.listTopics().names().get();
                for (int i = 0; i < 100 && names.contains(step.path("without").asText()); i++) {
                    Thread.sleep(100);
                    names = admin.listTopics().names().get();
                }
                names.forEach(result.putArray("topics")::add);
            }
            case "partitions" ->
                result.put("partitions", admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size());
            case "produce" -> produce(step, partition, result);
            case "offsets" -> {
                result.put("earliest", consumer.beginningOffsets(List.of(partition)).get(partition));
                result.put("latest", consumer.endOffsets(List.of(partition)).get(partition));
            }
            case "offsetForTime" -> {
                OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, step.get("time").asLong())).get(partition);
                result.put("offset", found == null ? -1 : found.offset());
            }
            case "fetch" -> fetch(step, partition, result);
            default -> throw new IllegalArgumentException(step.toString());
        }
        return result;
    }

    private static void produce(JsonNode step, TopicPartition partition, ObjectNode result) throws Exception {
        Map<String, Object> configs = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "acks", step.get("acks").asText(),
            "compression.type", step.get("codec").asText(), "enable.idempotence", step.get("idempotent").asBoolean(),
            "max.request.size", 4 << 20, "linger.ms", 20));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                 new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (JsonNode record : step.get("records")) {
                List<Header> headers = new ArrayList<>();
                for (JsonNode header : record.get("h")) headers.add(new RecordHeader(header.get(0).asText(), bytes(header.get(1))));
                sent.add(producer.send(new ProducerRecord<>(partition.topic(), partition.partition(),
                    record.get("t").asLong(), bytes(record.get("k")), bytes(record.get("v")), headers)));
            }
            for (int i = 0; i < step.path("generate").asInt(); i++) {
                byte[] value = ("r" + i).getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, value)));
            }
        }
        for (Future<RecordMetadata> each : sent) each.get();
        if (!step.get("acks").asText().equals("0")) result.put("baseOffset", sent.get(0).get().offset());
    }

    private static void fetch(JsonNode step, TopicPartition partition, ObjectNode result) {
        consumer.assign(List.of(partition));
        if (step.get("from").isTextual()) consumer.seekToBeginning(List.of(partition));
        else consumer.seek(partition, step.get("from").asLong());
        ArrayNode records = result.putArray("records");
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (records.size() < step.get("count").asInt() && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                if (records.size() == step.get("count").asInt()) break;
                ArrayNode line = records.addArray().add(record.offset()).add(record.timestamp());
                line.add(text(record.key())).add(text(record.value()));
                ArrayNode headers = line.addArray();
                for (Header header : record.headers()) headers.addArray().add(header.key()).add(text(header.value()));
            }
        }
    }

    private static byte[] bytes(JsonNode text) {
        return text.isNull() ? null : Base64.getDecoder().decode(text.asText());
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}
