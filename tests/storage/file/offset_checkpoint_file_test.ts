import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { CheckpointFile } from "../../../storage/file/checkpoint_file.ts";
import { topicPartitionKey } from "../../../storage/file/file_names.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import {
  LazyOffsetCheckpoints,
  OffsetCheckpointFile,
  type TopicPartitionOffset,
} from "../../../storage/file/offset_checkpoint_file.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";

const fixtures = new URL("../../fixtures/broker/", import.meta.url);

const entry = (topic: string, partition: number, offset: number): TopicPartitionOffset => ({
  topicPartition: { topic, partition },
  offset,
});

const byKey = (entries: TopicPartitionOffset[]) =>
  new Map(entries.map((item) => [topicPartitionKey(item.topicPartition), item]));

Deno.test("offsets are kept, and replaced as a whole", () => {
  const checkpoint = new OffsetCheckpointFile(new MemoryFileSystem(), "/offsets");
  const first = [entry("foo", 1, 5), entry("bar", 2, 10)];
  checkpoint.write(first);
  assertEquals(checkpoint.read(), byKey(first));
  const second = [entry("foo", 2, 15), entry("bar", 3, 20)];
  checkpoint.write(second);
  assertEquals(checkpoint.read(), byKey(second));
});

Deno.test("many partitions are kept, in the order in which they were given", () => {
  const fileSystem = new MemoryFileSystem();
  const entries = Array.from({ length: 10 }, (_, i) => entry(i % 2 ? "bar" : "foo", i, 5 * i));
  new OffsetCheckpointFile(fileSystem, "/offsets").write(byKey(entries).values());
  assertEquals(new OffsetCheckpointFile(fileSystem, "/offsets").read(), byKey(entries));
  assertEquals(readTextFile(fileSystem, "/offsets")?.split("\n").slice(0, 4), [
    "0",
    "10",
    "foo 0 0",
    "bar 1 5",
  ]);
});

Deno.test("an empty file and no entries are an empty map", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.open("/offsets", { create: true }).close();
  const checkpoint = new OffsetCheckpointFile(fileSystem, "/offsets");
  assertEquals(checkpoint.read(), new Map());
  checkpoint.write([]);
  assertEquals(checkpoint.read(), new Map());
});

Deno.test("a file of another version is refused", () => {
  const fileSystem = new MemoryFileSystem();
  const format = { format: (line: string) => line, parse: () => undefined };
  new CheckpointFile<string>(fileSystem, "/offsets", 1, format).write(["foo 5 10"]);
  assertThrows(
    () => new OffsetCheckpointFile(fileSystem, "/offsets").read(),
    CorruptRecordError,
    "version",
  );
});

Deno.test("lines that are not `topic partition offset` are refused", () => {
  for (
    const line of ["foo 1", "foo 1 2 3", "foo x 2", "foo 1 x", "foo 2147483648 1", "", " foo 1"]
  ) {
    const fileSystem = new MemoryFileSystem();
    fileSystem.open("/o", { create: true }).write(0, new TextEncoder().encode(`0\n1\n${line}\n`));
    assertThrows(
      () => new OffsetCheckpointFile(fileSystem, "/o").read(),
      CorruptRecordError,
      "/o, line 3",
    );
  }
});

Deno.test("the checkpoints of Apache Kafka are read, and written again to the byte", () => {
  const names = [
    "recovery-point-offset",
    "replication-offset",
    "log-start-offset",
    "cleaner-offset",
  ];
  const counts = names.map((name) => {
    const content = Deno.readFileSync(new URL(`${name}-checkpoint`, fixtures));
    const fileSystem = new MemoryFileSystem();
    fileSystem.open("/offsets", { create: true }).write(0, content);
    const checkpoint = new OffsetCheckpointFile(fileSystem, "/offsets");
    const offsets = checkpoint.read();
    checkpoint.write(offsets.values());
    assertEquals(readTextFile(fileSystem, "/offsets"), new TextDecoder().decode(content));
    if (name === "recovery-point-offset") assertEquals(offsets.get("txn-open-0")?.offset, 23);
    if (name === "log-start-offset") assertEquals(offsets, byKey([entry("trimmed", 0, 97)]));
    return offsets.size;
  });
  assertEquals(counts, [17, 17, 1, 1]);
});

Deno.test("lazy checkpoints read a directory's file once, when first asked", () => {
  class Counting extends OffsetCheckpointFile {
    reads = 0;
    override read() {
      this.reads++;
      return super.read();
    }
  }
  const file = new Counting(new MemoryFileSystem(), "/offsets");
  file.write([entry("foo", 0, 1000), entry("foo", 1, 2000)]);
  const lazy = new LazyOffsetCheckpoints(new Map([["/logs", file]]));
  assertEquals(file.reads, 0);
  assertEquals(lazy.fetch("/logs", { topic: "foo", partition: 0 }), 1000);
  assertEquals(lazy.fetch("/logs", { topic: "foo", partition: 1 }), 2000);
  assertEquals(lazy.fetch("/logs", { topic: "foo", partition: 2 }), undefined);
  assertEquals(file.reads, 1);
  assertThrows(() => lazy.fetch("/other", { topic: "foo", partition: 0 }), RangeError, "/other");
});
