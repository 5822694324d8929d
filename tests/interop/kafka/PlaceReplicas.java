import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Scanner;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.StripedReplicaPlacer;
import org.apache.kafka.metadata.placement.UsableBroker;
import org.apache.kafka.common.Uuid;
import java.util.Iterator;

/**
 * Places the replicas of each line of the standard input, "seed partitions factor id:rack:fenced ...", and prints them. The numbers
 * that chance gives are those of a generator that the other side has as well.
 */
public class PlaceReplicas {
    static final class Lehmer extends Random {
        private long state;

        Lehmer(long seed) {
            state = seed;
        }

        @Override
        public int nextInt(int bound) {
            state = state * 48271 % 2147483647;
            return (int) Math.floor(state / 2147483647.0 * bound);
        }
    }

    public static void main(String[] args) {
        Scanner lines = new Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            List<UsableBroker> brokers = new ArrayList<>();
            for (int i = 3; i < words.length; i++) {
                String[] parts = words[i].split(":");
                Optional<String> rack = parts[1].isEmpty() ? Optional.empty() : Optional.of(parts[1]);
                brokers.add(new UsableBroker(Integer.parseInt(parts[0]), rack, parts[2].equals("true")));
            }
            ClusterDescriber cluster = new ClusterDescriber() {
                @Override
                public Iterator<UsableBroker> usableBrokers() {
                    return brokers.iterator();
                }

                @Override
                public Uuid defaultDir(int brokerId) {
                    return Uuid.ZERO_UUID;
                }
            };
            PlacementSpec spec =
                new PlacementSpec(0, Integer.parseInt(words[1]), Short.parseShort(words[2]));
            StringBuilder placed = new StringBuilder();
            new StripedReplicaPlacer(new Lehmer(Long.parseLong(words[0]))).place(spec, cluster)
                .assignments().forEach(partition -> placed.append(partition.replicas()));
            System.out.println(placed);
        }
    }
}
