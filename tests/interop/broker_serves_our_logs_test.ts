import { assertEquals } from "@std/assert";
import { Log } from "../../storage/embedded/log.ts";
import { string } from "../../storage/serde/string.ts";
import { kafka, kafkaWithInput, startBroker } from "./kafka/apache_kafka.ts";

/** A log directory goes back and forth between an Apache Kafka broker and the engine. */

async function consumed(bootstrap: string, topic: string, count: number): Promise<string[]> {
  const { code, stdout, stderr } = await kafka(
    "console-consumer",
    ...["--bootstrap-server", bootstrap, "--topic", topic, "--from-beginning"],
    ...["--max-messages", String(count), "--timeout-ms", "60000"],
    ...["--formatter-property", "print.key=true", "--formatter-property", "print.offset=true"],
    ...["--formatter-property", "key.separator=:"],
  );
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n");
}

Deno.test("an Apache Kafka broker serves what the engine appended to its log directory", async () => {
  const directory = await Deno.makeTempDir();
  const codecs = ["uncompressed", "gzip", "snappy", "lz4", "zstd"] as const;
  const expected = new Map<string, string[]>(codecs.map((codec) => [codec, []]));
  try {
    {
      await using broker = await startBroker(directory);
      for (const codec of codecs) {
        const created = await kafka(
          "topics",
          ...["--bootstrap-server", broker.bootstrap, "--create", "--topic", codec],
          ...["--config", `compression.type=${codec}`, "--config", "segment.bytes=1048576"],
        );
        assertEquals(created.code, 0, created.stderr);
      }
    }
    for (const codec of codecs) {
      using log = Log.open<string, string>(`${directory}/data/${codec}-0`, {
        serde: string(),
        keySerde: string(),
        compressionType: codec,
        internalSegmentBytes: 100_000,
      });
      for (let i = 0; i < 2000; i += 10) {
        const records = Array.from({ length: 10 }, (_, k) => ({
          key: `key-${i + k}`,
          value: `${"value ".repeat((i + k) % 40)}${i + k}`,
          headers: { source: codec },
        }));
        const { baseOffset } = log.append(records);
        records.forEach(({ key, value }, k) =>
          expected.get(codec)!.push(`Offset:${baseOffset + k}:${key}:${value}`)
        );
      }
    }
    {
      await using broker = await startBroker(directory);
      for (const codec of codecs) {
        const lines = expected.get(codec)!;
        assertEquals(await consumed(broker.bootstrap, codec, lines.length), lines);
      }
      const more = Array.from({ length: 50 }, (_, i) => `from-kafka-${i}`);
      const produced = await kafkaWithInput(
        more.join("\n"),
        "console-producer",
        ...["--bootstrap-server", broker.bootstrap, "--topic", "lz4"],
      );
      assertEquals(produced.code, 0, produced.stderr);
    }
    using log = Log.open<string, string>(`${directory}/data/lz4-0`, {
      serde: string(),
      keySerde: string(),
    });
    assertEquals(
      [...log.read({ from: 2000 })].map(({ value }) => value),
      Array.from({ length: 50 }, (_, i) => `from-kafka-${i}`),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
