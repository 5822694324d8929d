import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many producers and as many consumers at once: each producer fills its share of the partitions, each consumer reads such a share.
 * Prints records per second, produced (acknowledged) and consumed. Arguments: bootstrap server, topic, clients of each kind,
 * partitions, seconds, record size.
 */
public class ManyClients {
    private static final int WARM_UP_SECONDS = 15;

    public static void main(String[] args) throws Exception {
        String bootstrap = args[0], topic = args[1];
        int clients = Integer.parseInt(args[2]), partitions = Integer.parseInt(args[3]);
        int seconds = Integer.parseInt(args[4]);
        byte[] value = new byte[Integer.parseInt(args[5])];
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
        Thread.sleep(500);
        AtomicBoolean stop = new AtomicBoolean();
        LongAdder produced = new LongAdder(), consumed = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            List<TopicPartition> share = new ArrayList<>();
            for (int partition = client; partition < partitions; partition += clients) share.add(new TopicPartition(topic, partition));
            threads.add(new Thread(() -> produce(bootstrap, share, value, stop, produced)));
            threads.add(new Thread(() -> consume(bootstrap, share, stop, consumed)));
        }
        threads.forEach(Thread::start);
        // Until then the clients are still being compiled.
        Thread.sleep(WARM_UP_SECONDS * 1000L);
        long producedBefore = produced.sum(), consumedBefore = consumed.sum(), start = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double elapsed = (System.nanoTime() - start) / 1e9;
        System.out.printf("%.0f %.0f%n", (produced.sum() - producedBefore) / elapsed, (consumed.sum() - consumedBefore) / elapsed);
        stop.set(true);
        for (Thread thread : threads) thread.join(10_000);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void produce(String bootstrap, List<TopicPartition> share, byte[] value, AtomicBoolean stop, LongAdder produced) {
        Map<String, Object> configs = Map.of("bootstrap.servers", bootstrap, "acks", "1", "enable.idempotence", false,
            "buffer.memory", 2 << 20, "linger.ms", 5);
        try (KafkaProducer<byte[], byte[]> producer =
                 new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; !stop.get(); i++) {
                TopicPartition to = share.get(i % share.size());
                producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, value), (metadata, error) -> {
                    if (error == null) produced.increment();
                });
            }
        }
    }

    private static void consume(String bootstrap, List<TopicPartition> share, AtomicBoolean stop, LongAdder consumed) {
        Map<String, Object> configs = Map.of("bootstrap.servers", bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer =
                 new KafkaConsumer<>(configs, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(share);
            consumer.seekToBeginning(share);
            while (!stop.get()) consumed.add(consumer.poll(Duration.ofMillis(200)).count());
        }
    }
}
