import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;

/**
 * Shares partitions as the leader of a group does, by lines of the standard input: "assignor class" begins with a fresh one, "topic name racks..."
 * has the racks of each partition ("a,b", "-" for none), "member id instance subscription" has a subscription in hexadecimal, and "assign" prints
 * the assignments of all members, "id=assignment", or what was thrown.
 */
public class AssignPartitions {
    private static final HexFormat HEX = HexFormat.of();
    private static final Node NOWHERE = new Node(0, "nowhere", 9092);

    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder printed = new StringBuilder();
        Map<String, Node> nodes = new HashMap<>();
        ConsumerPartitionAssignor assignor = null;
        List<PartitionInfo> partitions = new ArrayList<>();
        Map<String, Subscription> members = new HashMap<>();
        String line;
        while ((line = lines.readLine()) != null) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "assignor":
                    assignor = (ConsumerPartitionAssignor) Class.forName(words[1]).getConstructor().newInstance();
                    break;
                case "topic":
                    for (int i = 2; i < words.length; i++)
                        partitions.add(partition(words[1], i - 2, words[i], nodes));
                    break;
                case "member":
                    Subscription subscription =
                        ConsumerProtocol.deserializeSubscription(ByteBuffer.wrap(HEX.parseHex(words[3])));
                    subscription.setGroupInstanceId(words[2].equals("-") ? Optional.empty() : Optional.of(words[2]));
                    members.put(words[1], subscription);
                    break;
                default:
                    printed.append(assign(assignor, cluster(nodes, partitions), members)).append('\n');
                    partitions = new ArrayList<>();
                    members = new HashMap<>();
            }
        }
        System.out.print(printed);
    }

    private static PartitionInfo partition(String topic, int number, String racks, Map<String, Node> nodes) {
        Node[] replicas = racks.equals("-")
            ? new Node[] {NOWHERE}
            : Arrays.stream(racks.split(","))
                .map(rack -> nodes.computeIfAbsent(rack, r -> new Node(nodes.size() + 1, r, 9092, r)))
                .toArray(Node[]::new);
        return new PartitionInfo(topic, number, replicas[0], replicas, replicas);
    }

    private static Cluster cluster(Map<String, Node> nodes, List<PartitionInfo> partitions) {
        List<Node> all = new ArrayList<>(nodes.values());
        all.add(NOWHERE);
        return new Cluster("cluster", all, partitions, Collections.emptySet(), Collections.emptySet());
    }

    private static String assign(
        ConsumerPartitionAssignor assignor, Cluster cluster, Map<String, Subscription> members
    ) {
        Map<String, Assignment> assignments;
        try {
            assignments = assignor.assign(cluster, new GroupSubscription(members)).groupAssignment();
        } catch (RuntimeException e) {
            return "threw " + e;
        }
        StringBuilder all = new StringBuilder();
        new TreeMap<>(assignments).forEach((member, assignment) -> {
            ByteBuffer bytes = ConsumerProtocol.serializeAssignment(assignment);
            byte[] written = new byte[bytes.remaining()];
            bytes.get(written);
            all.append(member).append('=').append(HEX.formatHex(written)).append(' ');
        });
        return all.toString().trim();
    }
}
