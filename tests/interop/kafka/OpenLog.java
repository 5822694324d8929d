import java.io.File;
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
 * Opens a partition's directory with Kafka's own log, and says what it knows then, in the words of log_lines.ts.
 * Arguments: directory, "clean" or "unclean", config=value,..., timestamps,...
 */
public class OpenLog {
    public static void main(String[] args) throws Exception {
        Map<String, String> configs = new HashMap<>();
        for (String config : args[2].split(",")) configs.put(config.split("=")[0], config.split("=")[1]);
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        UnifiedLog log = UnifiedLog.create(new File(args[0]), new LogConfig(configs), 0, 0, scheduler,
            new BrokerTopicStats(), Time.SYSTEM, 900_000, new ProducerStateManagerConfig(Integer.MAX_VALUE, false),
            600_000, new LogDirFailureChannel(1), args[1].equals("clean"), Optional.empty());
        log.updateHighWatermark(log.logEndOffset());
        System.out.println("offsets " + log.logStartOffset() + ".." + log.logEndOffset()
            + " stable " + log.lastStableOffset());
        System.out.println("segments " + log.logSegments().stream()
            .map(segment -> segment.baseOffset() + ":" + segment.size()).collect(Collectors.joining(" ")));
        System.out.println("epochs " + log.leaderEpochCache().epochEntries().stream()
            .map(entry -> entry.epoch() + "@" + entry.startOffset()).collect(Collectors.joining(" ")));
        new TreeMap<>(log.producerStateManager().activeProducers()).values().forEach(OpenLog::print);
        log.collectAbortedTransactions(log.logStartOffset(), log.logEndOffset()).forEach(txn ->
            System.out.println("aborted " + txn.producerId() + " " + txn.firstOffset() + ".." + txn.lastOffset()
                + " stable " + txn.lastStableOffset()));
        for (long timestamp : Arrays.stream(args[3].split(",")).mapToLong(Long::parseLong).toArray()) {
            String answer = log.fetchOffsetByTimestamp(timestamp, Optional.empty()).timestampAndOffsetOpt()
                .map(found -> found.offset + " of " + found.timestamp + " in epoch " + found.leaderEpoch.orElse(-1))
                .orElse("none");
            System.out.println("at " + timestamp + ": " + answer);
        }
        log.close();
        scheduler.shutdown();
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
