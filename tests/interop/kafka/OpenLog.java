import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/**
 * Opens partitions' directories with Kafka's own log, and says what it knows then, in the words of log_lines.ts. Standard input
 * has a line "directory clean|unclean logStartOffset" for each. Arguments: config=value,..., timestamps,...
 */
public class OpenLog {
    public static void main(String[] args) throws Exception {
        Map<String, String> configs = new HashMap<>();
        for (String config : args[0].split(",")) configs.put(config.split("=")[0], config.split("=")[1]);
        long[] timestamps = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println("log " + words[0]);
            try {
                UnifiedLog log = UnifiedLog.create(new File(words[0]), new LogConfig(configs), Long.parseLong(words[2]), 0,
                    scheduler, new BrokerTopicStats(), Time.SYSTEM, 900_000,
                    new ProducerStateManagerConfig(Integer.MAX_VALUE, false), 600_000, new LogDirFailureChannel(1),
                    words[1].equals("clean"), Optional.empty());
                print(log, timestamps);
                log.close();
            } catch (Exception error) {
                error.printStackTrace();
                System.out.println("error");
            }
        }
        scheduler.shutdown();
    }

    private static void print(UnifiedLog log, long[] timestamps) throws Exception {
        log.updateHighWatermark(log.logEndOffset());
        // Below the log start, Kafka's last stable offset is the base offset of whatever batch lies there.
        long stable = log.producerStateManager().firstUnstableOffset()
            .map(unstable -> Math.max(unstable.messageOffset, log.logStartOffset())).orElse(log.logEndOffset());
        System.out.println("offsets " + log.logStartOffset() + ".." + log.logEndOffset() + " stable " + stable);
        System.out.println("segments " + log.logSegments().stream()
            .map(segment -> segment.baseOffset() + ":" + segment.size()).collect(Collectors.joining(" ")));
        System.out.println("epochs " + log.leaderEpochCache().epochEntries().stream()
            .map(entry -> entry.epoch() + "@" + entry.startOffset()).collect(Collectors.joining(" ")));
        new TreeMap<>(log.producerStateManager().activeProducers()).values().forEach(OpenLog::print);
        log.collectAbortedTransactions(log.logStartOffset(), log.logEndOffset()).forEach(txn ->
            System.out.println("aborted " + txn.producerId() + " " + txn.firstOffset() + ".." + txn.lastOffset()
                + " stable " + txn.lastStableOffset()));
        for (long timestamp : timestamps) {
            String answer = log.fetchOffsetByTimestamp(timestamp, Optional.empty()).timestampAndOffsetOpt()
                .map(found -> found.offset + " of " + found.timestamp + " in epoch " + found.leaderEpoch.orElse(-1))
                .orElse("none");
            System.out.println("at " + timestamp + ": " + answer);
        }
    }

    private static void print(ProducerStateEntry producer) {
        // A snapshot keeps the last batch only.
        List<BatchMetadata> batches = List.copyOf(producer.batchMetadata());
        String last = batches.isEmpty() ? "none" : batches.get(batches.size() - 1).firstSeq() + ".."
            + batches.get(batches.size() - 1).lastSeq() + " at " + batches.get(batches.size() - 1).lastOffset();
        System.out.println("producer " + producer.producerId() + ":" + producer.producerEpoch() + " batch " + last
            + " time " + producer.lastTimestamp() + " coordinator " + producer.coordinatorEpoch()
            + " open " + producer.currentTxnFirstOffset().orElse(-1));
    }
}
