import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** Writes batches of one magic with Kafka's record classes into a file: every codec, at several levels. */
public class WriteBatches {
    private static final long START = 1_700_000_000_000L;
    private static final int[][] VALUE_SIZES = {
        {0}, {1}, {5, 100, 3}, {60_000}, {200_000, 70_000, 10}, {65_536, 32_768, 65_535},
    };
    // 0.4 s a batch.
    private static final Compression SLOW = Compression.zstd().level(22).build();
    private static final Random RANDOM = new Random(5);

    private static long offset = 0;

    public static void main(String[] args) throws Exception {
        byte magic = Byte.parseByte(args[1]);
        try (OutputStream out = new FileOutputStream(args[0])) {
            for (Compression compression : compressions()) {
                if (magic < 2 && compression.type() == CompressionType.ZSTD) continue;
                for (int[] sizes : VALUE_SIZES) {
                    for (Kind kind : Kind.values()) {
                        if (kind.magic > magic) continue;
                        if (compression == SLOW && (kind != Kind.PLAIN || sizes.length == 1)) continue;
                        write(out, batch(magic, compression, kind, sizes));
                        if (kind == Kind.TRANSACTIONAL) write(out, marker());
                    }
                }
            }
        }
    }

    private enum Kind {
        PLAIN(0), APPEND_TIME(1), TRANSACTIONAL(2), CLEANED(2);

        final int magic;

        Kind(int magic) {
            this.magic = magic;
        }
    }

    private static List<Compression> compressions() {
        List<Compression> all = new ArrayList<>(List.of(Compression.NONE, Compression.snappy().build()));
        for (int level : new int[] {-1, 1, 9}) all.add(Compression.gzip().level(level).build());
        for (int level : new int[] {1, 3, 9, 12, 17}) all.add(Compression.lz4().level(level).build());
        for (int level : new int[] {-131072, -5, 1, 3, 12}) all.add(Compression.zstd().level(level).build());
        all.add(SLOW);
        return all;
    }

    private static MemoryRecords batch(byte magic, Compression compression, Kind kind, int[] sizes) {
        boolean transactional = kind == Kind.TRANSACTIONAL;
        TimestampType timestampType = magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE
            : kind == Kind.APPEND_TIME ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(new ByteBufferOutputStream(1024), magic, compression,
            timestampType, offset, START + 999, transactional ? 7 : -1, (short) (transactional ? 1 : -1),
            transactional ? Integer.MAX_VALUE - 1 : -1, transactional, false, magic < 2 ? -1 : 3, Integer.MAX_VALUE,
            kind == Kind.CLEANED ? START + 86_400_000 : -1);
        for (int size : sizes) {
            // Compaction leaves gaps.
            if (kind == Kind.CLEANED) offset += RANDOM.nextInt(3);
            ByteBuffer key = RANDOM.nextInt(3) == 0 ? null : content(RANDOM.nextInt(20), Kind.PLAIN);
            ByteBuffer value = RANDOM.nextInt(10) == 0 ? null : content(size, kind);
            Header[] headers = magic < 2 || RANDOM.nextBoolean() ? new Header[0] : new Header[] {
                new RecordHeader("h", (byte[]) null), new RecordHeader("hé€", new byte[] {1, 2, -3}),
                new RecordHeader("h", new byte[0]),
            };
            builder.appendWithOffset(offset++, START + RANDOM.nextInt(1_000_000), key, value, headers);
        }
        return builder.build();
    }

    private static MemoryRecords marker() {
        ControlRecordType type = RANDOM.nextBoolean() ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        return MemoryRecords.withEndTransactionMarker(offset++, START + 1000, 3, 7, (short) 1,
            new EndTransactionMarker(type, 5));
    }

    /** Noise, a few letters, or something that repeats: codecs take a different way through each. */
    private static ByteBuffer content(int length, Kind kind) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) switch (kind) {
                case PLAIN -> RANDOM.nextInt();
                case APPEND_TIME -> 'a' + RANDOM.nextInt(4);
                default -> i * i >> 5;
            };
        }
        return ByteBuffer.wrap(bytes);
    }

    private static void write(OutputStream out, MemoryRecords records) throws Exception {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        out.write(bytes);
    }
}
