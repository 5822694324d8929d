// Apache Kafka's own engine under the workloads of bench/workloads/log.ts, so that both are timed in one run.
//   java -Xms1G -Xmx1G -cp KAFKA_JARS UnifiedLogBench.java DIR MIB WORKLOAD...
// One line a workload on standard output: NAME <tab> FIGURE <tab> UNIT, the median of three runs after a warm-up.
// MB are 10^6 bytes of log, batch headers included.

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.*;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

public class UnifiedLogBench {
    interface Run { double once() throws Exception; }

    static final int POOL = 64;
    static Path root;
    static long target;
    static KafkaScheduler scheduler = new KafkaScheduler(1);
    static volatile long sink;

    public static void main(String[] args) throws Exception {
        root = Files.createTempDirectory(Path.of(args[0]), "unified-log");
        target = Long.parseLong(args[1]) << 20;
        scheduler.startup();
        try {
            for (int i = 2; i < args.length; i++) workload(args[i]);
        } finally {
            scheduler.shutdown();
            delete(root);
        }
    }

    static void workload(String name) throws Exception {
        String[] part = name.split(":");
        int count = part.length > 1 ? Integer.parseInt(part[1].split("x")[0]) : 0;
        int size = part.length > 1 ? Integer.parseInt(part[1].split("x")[1]) : 0;
        switch (part[0]) {
            case "append-leader" -> report(name, "MB/s", append(count, size, true));
            case "append-follower" -> report(name, "MB/s", append(count, size, false));
            case "read-batches" -> read(name, count, size, false);
            case "read-records" -> read(name, count, size, true);
            case "random-read" -> randomRead(name, count, size);
            case "index-lookup" -> indexLookup(name);
            case "recover" -> reopen(name, count, size, false);
            case "append-fsync" -> report(name, "us", fsyncEach(count, size));
            case "compact" -> report(name, "MB/s", compact(count, size));
            default -> throw new IllegalArgumentException(name);
        }
    }

    static void report(String name, String unit, Run run) throws Exception {
        run.once();
        double[] figures = new double[3];
        for (int i = 0; i < figures.length; i++) {
            System.gc();
            figures[i] = run.once();
        }
        Arrays.sort(figures);
        System.out.printf(Locale.ROOT, "%s\t%.3f\t%s%n", name, figures[1], unit);
    }

    static double megabytesPerSecond(long bytes, long nanos) { return bytes * 1e3 / nanos; }

    static UnifiedLog open(Path dir, boolean clean, String... configs) throws Exception {
        Files.createDirectories(dir);
        Properties properties = new Properties();
        properties.setProperty("retention.ms", "-1");
        for (int i = 0; i < configs.length; i += 2) properties.setProperty(configs[i], configs[i + 1]);
        return UnifiedLog.create(dir.toFile(), new LogConfig(properties), 0, 0, scheduler, new BrokerTopicStats(),
            Time.SYSTEM, 300_000, new ProducerStateManagerConfig(86_400_000, false), 600_000,
            new LogDirFailureChannel(10), clean, Optional.of(Uuid.fromString("XTsQBJTrTdSlzFydwBqhVQ")));
    }

    static Path fresh(String name) throws Exception {
        Path dir = root.resolve(name + "-0");
        delete(dir);
        return dir;
    }

    static void delete(Path path) throws Exception {
        if (!Files.exists(path)) return;
        try (var paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(each);
        }
    }

    static MemoryRecords[] batches(int count, int size) {
        Random random = new Random(7);
        MemoryRecords[] pool = new MemoryRecords[POOL];
        for (int i = 0; i < POOL; i++) {
            SimpleRecord[] records = new SimpleRecord[count];
            for (int k = 0; k < count; k++) {
                byte[] value = new byte[size];
                for (int j = 0; j < size; j++) value[j] = (byte) ('A' + random.nextInt(26));
                records[k] = new SimpleRecord(1_743_388_057_301L + i * 1000L + k, null, value);
            }
            pool[i] = MemoryRecords.withRecords(Compression.NONE, records);
        }
        return pool;
    }

    static int appendOne(UnifiedLog log, MemoryRecords records, int count, boolean leader) throws Exception {
        MutableRecordBatch batch = records.batchIterator().next();
        batch.setPartitionLeaderEpoch(0);
        if (leader) {
            batch.setLastOffset(count - 1);
            log.appendAsLeader(records, 0);
        } else {
            batch.setLastOffset(log.logEndOffset() + count - 1);
            log.appendAsFollower(records, 0);
        }
        return records.sizeInBytes();
    }

    static Run append(int count, int size, boolean leader) {
        MemoryRecords[] pool = batches(count, size);
        return () -> {
            Path dir = fresh("append");
            UnifiedLog log = open(dir, true);
            long bytes = 0, start = System.nanoTime();
            for (int i = 0; bytes < target; i++) bytes += appendOne(log, pool[i % POOL], count, leader);
            long nanos = System.nanoTime() - start;
            log.close();
            delete(dir);
            return megabytesPerSecond(bytes, nanos);
        };
    }

    static Run fsyncEach(int count, int size) {
        MemoryRecords[] pool = batches(count, size);
        return () -> {
            Path dir = fresh("fsync");
            UnifiedLog log = open(dir, true);
            long[] nanos = new long[300];
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                appendOne(log, pool[i % POOL], count, true);
                log.flush(false);
                nanos[i] = System.nanoTime() - start;
            }
            log.close();
            Arrays.sort(nanos);
            return nanos[nanos.length / 2] / 1e3;
        };
    }

    static UnifiedLog filled(Path dir, int count, int size) throws Exception {
        MemoryRecords[] pool = batches(count, size);
        UnifiedLog log = open(dir, true);
        for (long bytes = 0, i = 0; bytes < target; i++) bytes += appendOne(log, pool[(int) (i % POOL)], count, true);
        return log;
    }

    static void read(String name, int count, int size, boolean records) throws Exception {
        UnifiedLog log = filled(fresh("read"), count, size);
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        report(name, records ? "records/s" : "MB/s", () -> {
            long bytes = 0, seen = 0, offset = 0, start = System.nanoTime();
            while (offset < log.logEndOffset()) {
                FileRecords slice = (FileRecords) log.read(offset, 1 << 20, FetchIsolation.LOG_END, true).records;
                buffer.clear();
                buffer.limit(Math.min(buffer.capacity(), slice.sizeInBytes()));
                slice.readInto(buffer, 0);
                for (RecordBatch batch : MemoryRecords.readableRecords(buffer).batches()) {
                    if (records) for (Record record : batch) { sink += record.valueSize(); seen++; }
                    offset = batch.nextOffset();
                    bytes += batch.sizeInBytes();
                }
            }
            long nanos = System.nanoTime() - start;
            return records ? seen * 1e9 / nanos : megabytesPerSecond(bytes, nanos);
        });
        log.close();
    }

    static void randomRead(String name, int count, int size) throws Exception {
        UnifiedLog log = filled(fresh("random"), count, size);
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        report(name, "us", () -> {
            Random random = new Random(3);
            long[] nanos = new long[100_000];
            for (int i = 0; i < nanos.length; i++) {
                long offset = (long) (random.nextDouble() * log.logEndOffset()), start = System.nanoTime();
                FileRecords slice = (FileRecords) log.read(offset, 1, FetchIsolation.LOG_END, true).records;
                buffer.clear();
                buffer.limit(Math.min(buffer.capacity(), slice.sizeInBytes()));
                slice.readInto(buffer, 0);
                sink += buffer.limit();
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            return nanos[nanos.length / 2] / 1e3;
        });
        log.close();
    }

    static void indexLookup(String name) throws Exception {
        File file = root.resolve("00000000000000000000.index").toFile();
        Files.deleteIfExists(file.toPath());
        int entries = 1_000_000, lookups = 2_000_000;
        OffsetIndex index = new OffsetIndex(file, 0, entries * 8);
        for (int i = 0; i < entries; i++) index.append(i * 40L + 1, i * 1000);
        report(name, "us", () -> {
            Random random = new Random(5);
            long start = System.nanoTime();
            for (int i = 0; i < lookups; i++) sink += index.lookup(random.nextInt(entries) * 40L + 7).position();
            return (System.nanoTime() - start) / 1e3 / lookups;
        });
        index.close();
    }

    static void reopen(String name, int count, int size, boolean clean) throws Exception {
        Path dir = fresh("reopen");
        filled(dir, count, size).close();
        report(name, "MB/s", () -> {
            long start = System.nanoTime();
            UnifiedLog log = open(dir, clean);
            long nanos = System.nanoTime() - start, bytes = log.size();
            log.close();
            return megabytesPerSecond(bytes, nanos);
        });
    }

    static Run compact(int keys, int size) {
        return () -> {
            Path dir = fresh("compact");
            UnifiedLog log = open(dir, true, "cleanup.policy", "compact", "segment.bytes", "" + (32 << 20));
            Random random = new Random(11);
            byte[] value = new byte[size];
            random.nextBytes(value);
            for (int i = 0; i < 10_000; i++) {
                SimpleRecord[] records = new SimpleRecord[100];
                for (int k = 0; k < 100; k++) {
                    byte[] key = ("key-" + random.nextInt(keys)).getBytes();
                    records[k] = new SimpleRecord(1_743_388_057_301L + i, key, value);
                }
                log.appendAsLeader(MemoryRecords.withRecords(Compression.NONE, records), 0);
            }
            log.roll();
            log.updateHighWatermark(log.logEndOffset());
            long bytes = log.size();
            Cleaner cleaner = new Cleaner(0, new SkimpyOffsetMap(128 << 20), 512 << 10, 2 << 20, 0.9,
                new Throttler(1e18, 300, "cleaner", "bytes", Time.SYSTEM), Time.SYSTEM, partition -> { });
            long start = System.nanoTime();
            cleaner.clean(new LogToClean(log, 0, log.activeSegment().baseOffset(), false));
            long nanos = System.nanoTime() - start;
            log.close();
            delete(dir);
            return megabytesPerSecond(bytes, nanos);
        };
    }
}
