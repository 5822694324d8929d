import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Reads lines of the standard input. `CLASS VERSION HEX` is a message: it is read with Kafka's generated class and printed as that writes it
 * again. `CLASS VERSION ?SEED` asks for one of random content. An answer is a line of hexadecimal digits, or `error` with the reason.
 */
public class RoundTripMessages {
    private static final HexFormat HEX = HexFormat.of();
    private static final String[] TEXTS = {"", "a", "topic-1", "ключ", "日本", "\uD83E\uDD86 duck", "x".repeat(130)};

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            try {
                out.println(answer(Class.forName(words[0]), Short.parseShort(words[1]), words[2]));
            } catch (Exception | Error e) {
                out.println("error " + String.valueOf(e.getCause() == null ? e : e.getCause()).replace('\n', ' '));
            }
        }
        out.close();
        if (out.checkError()) System.exit(1);
    }

    private static String answer(Class<?> type, short version, String input) throws Exception {
        ByteBuffer bytes = input.startsWith("?")
            ? randomMessage(type, version, Long.parseLong(input.substring(1)))
            : ByteBuffer.wrap(HEX.parseHex(input));
        Message message = (Message) type.getConstructor(Readable.class, short.class)
            .newInstance(new ByteBufferAccessor(bytes), version);
        if (bytes.hasRemaining()) return "error bytes left: " + bytes.remaining();
        ByteBuffer written = MessageUtil.toByteBufferAccessor(message, version).buffer();
        return HEX.formatHex(MessageUtil.byteBufferToArray(written));
    }

    private static ByteBuffer randomMessage(Class<?> type, short version, long seed) throws Exception {
        Schema schema = ((Schema[]) type.getField("SCHEMAS").get(null))[version];
        Struct struct = randomStruct(schema, new Random(seed));
        ByteBuffer bytes = ByteBuffer.allocate(schema.sizeOf(struct));
        schema.write(bytes, struct);
        bytes.flip();
        return bytes;
    }

    private static Struct randomStruct(Schema schema, Random random) {
        Struct struct = new Struct(schema);
        for (BoundField field : schema.fields()) struct.set(field, randomValue(field.def.type, random));
        return struct;
    }

    private static Object randomValue(Type type, Random random) {
        if (type instanceof TaggedFields) return randomTaggedFields((TaggedFields) type, random);
        if (type.isNullable() && random.nextInt(4) == 0) return null;
        if (type.isArray()) {
            Object[] elements = new Object[random.nextInt(4)];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = randomValue(type.arrayElementType().get(), random);
            }
            return elements;
        }
        if (type instanceof Schema) return randomStruct((Schema) type, random);
        switch (type.toString().replace("COMPACT_", "").replace("NULLABLE_", "")) {
            case "BOOLEAN": return random.nextBoolean();
            case "INT8": return (byte) random.nextInt();
            case "INT16": return (short) random.nextInt();
            case "UINT16": return random.nextInt(0x10000);
            case "INT32": return random.nextInt(3) == 0 ? random.nextInt(4) - 1 : random.nextInt();
            case "UINT32": return random.nextLong() & 0xffffffffL;
            case "INT64": return randomLong(random);
            case "FLOAT64": return random.nextGaussian();
            case "UUID": return new Uuid(random.nextLong(), random.nextLong());
            case "STRING": return random.nextInt(50) == 0 ? "é".repeat(16383) : TEXTS[random.nextInt(TEXTS.length)];
            case "BYTES": return ByteBuffer.wrap(randomBytes(random));
            case "RECORDS": return MemoryRecords.readableRecords(ByteBuffer.wrap(randomBytes(random)));
            default: throw new IllegalArgumentException("Unknown type: " + type);
        }
    }

    /** One that a double holds exactly, or one of the two ends. */
    private static long randomLong(Random random) {
        switch (random.nextInt(6)) {
            case 0: return Long.MAX_VALUE;
            case 1: return Long.MIN_VALUE;
            case 2: return random.nextInt(4) - 1;
            default: return random.nextLong() >> 10;
        }
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(4) * random.nextInt(100)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static NavigableMap<Integer, Object> randomTaggedFields(TaggedFields type, Random random) {
        NavigableMap<Integer, Object> values = new TreeMap<>();
        for (Map.Entry<Integer, Field> entry : type.fields().entrySet()) {
            if (random.nextBoolean()) values.put(entry.getKey(), randomValue(entry.getValue().type, random));
        }
        if (random.nextInt(4) == 0) {
            int tag = 200 + random.nextInt(100_000);
            values.put(tag, new RawTaggedField(tag, randomBytes(random)));
        }
        return values;
    }
}
