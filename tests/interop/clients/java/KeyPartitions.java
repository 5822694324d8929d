import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** The partitions of random keys by Java's producer, one line for each number of partitions. Arguments: seed, keys, numbers of partitions. */
public class KeyPartitions {
    public static void main(String[] args) {
        int keys = Integer.parseInt(args[1]);
        for (int i = 2; i < args.length; i++) {
            int partitions = Integer.parseInt(args[i]);
            Random random = new Random(Long.parseLong(args[0]));
            StringBuilder line = new StringBuilder();
            for (int key = 0; key < keys; key++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                line.append(BuiltInPartitioner.partitionForKey(bytes, partitions)).append(' ');
            }
            System.out.println(line.toString().trim());
        }
    }
}
