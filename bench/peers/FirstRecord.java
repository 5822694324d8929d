import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Starts a broker's process and sends it a record, from a process that is warm: prints the milliseconds until the port listens and until
 * the record is acknowledged, and ends the broker. Arguments: port, topic, command.
 */
public class FirstRecord {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        Map<String, Object> configs = Map.of("bootstrap.servers", "127.0.0.1:" + port, "acks", "all",
            "retry.backoff.ms", 5, "retry.backoff.max.ms", 5, "reconnect.backoff.ms", 5, "reconnect.backoff.max.ms", 5);
        new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer()).close();
        long start = System.nanoTime();
        Process broker = new ProcessBuilder(Arrays.copyOfRange(args, 2, args.length)).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            while (!listens(port)) {
                if (!broker.isAlive()) throw new IllegalStateException("the broker has ended");
                Thread.sleep(1);
            }
            long listening = System.nanoTime();
            try (KafkaProducer<byte[], byte[]> producer =
                     new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>(args[1], new byte[100])).get(60, TimeUnit.SECONDS);
            }
            System.out.println((listening - start) / 1_000_000 + " " + (System.nanoTime() - start) / 1_000_000);
        } finally {
            broker.destroy();
            if (!broker.waitFor(30, TimeUnit.SECONDS)) broker.destroyForcibly();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 50);
            return true;
        } catch (IOException error) {
            return false;
        }
    }
}
