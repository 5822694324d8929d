import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Says what Kafka's record classes find in a file of batches, in the words of batch_lines.ts. */
public class ReadBatches {
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[0])));
        for (RecordBatch batch : MemoryRecords.readableRecords(file).batches()) {
            batch.ensureValid();
            out.println(words(batch));
            for (Record record : batch) {
                record.ensureValid();
                out.println(batch.isControlBatch() ? marker(record) : words(record));
            }
        }
        out.close();
        if (out.checkError()) System.exit(1);
    }

    private static String words(RecordBatch batch) {
        List<String> words = new ArrayList<>();
        words.add("batch");
        words.add("magic=" + batch.magic());
        // A wrapper of magic 0 or 1 knows its last offset only.
        if (batch.magic() >= 2) words.add("base=" + batch.baseOffset());
        words.add("last=" + batch.lastOffset());
        words.add("bytes=" + batch.sizeInBytes());
        words.add("crc=" + batch.checksum());
        words.add("epoch=" + batch.partitionLeaderEpoch());
        words.add("codec=" + batch.compressionType().name);
        words.add("time=" + batch.timestampType().name + ":" + batch.maxTimestamp());
        words.add("count=" + batch.countOrNull());
        words.add("producer=" + batch.producerId() + ":" + batch.producerEpoch());
        words.add("sequence=" + batch.baseSequence() + ".." + batch.lastSequence());
        words.add("transactional=" + batch.isTransactional());
        words.add("horizon=" + (batch.deleteHorizonMs().isPresent() ? batch.deleteHorizonMs().getAsLong() : "none"));
        return String.join(" ", words);
    }

    private static String words(Record record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            byte[] value = header.value();
            headers.add(header.key() + "=" + digest(value == null ? null : ByteBuffer.wrap(value)));
        }
        return "record " + record.offset() + " at " + record.timestamp() + " #" + record.sequence() + " "
            + digest(record.key()) + " " + digest(record.value()) + " [" + String.join(", ", headers) + "]";
    }

    private static String marker(Record record) {
        EndTransactionMarker marker = EndTransactionMarker.deserialize(record);
        return "marker " + record.offset() + " at " + record.timestamp() + " " + marker.controlType()
            + " by " + marker.coordinatorEpoch();
    }

    private static String digest(ByteBuffer buffer) {
        if (buffer == null) return "null";
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes.length + ":" + Arrays.hashCode(bytes);
    }
}
