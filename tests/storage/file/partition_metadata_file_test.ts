import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, StorageError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { PartitionMetadataFile } from "../../../storage/file/partition_metadata_file.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";
import { randomUuid } from "../../../storage/bytes/uuid.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const random = new SeededRandom(1);

function fileWith(content?: string): { file: PartitionMetadataFile; fileSystem: MemoryFileSystem } {
  const fileSystem = new MemoryFileSystem();
  const file = PartitionMetadataFile.in(fileSystem, "/");
  if (content !== undefined) {
    fileSystem.open(file.path, { create: true }).write(0, new TextEncoder().encode(content));
  }
  return { file, fileSystem };
}

Deno.test("another topic id than the one that waits to be written is refused", () => {
  const { file } = fileWith();
  file.record(randomUuid(random));
  const error = assertThrows(() => file.record(randomUuid(random)), StorageError);
  assertEquals(error.code, "INCONSISTENT_TOPIC_ID");
});

Deno.test("the same topic id may be recorded again", () => {
  const { file } = fileWith();
  const id = randomUuid(random);
  file.record(id);
  file.record(id);
  file.record(`${id}==`);
});

Deno.test("a flush writes the recorded id, and nothing when there is none", () => {
  const { file, fileSystem } = fileWith();
  file.maybeFlush();
  assertEquals(file.exists, false);
  const id = randomUuid(random);
  file.record(id);
  assertEquals(file.exists, false);
  file.maybeFlush();
  assertEquals(readTextFile(fileSystem, "/partition.metadata"), `version: 0\ntopic_id: ${id}`);
  file.delete();
  file.maybeFlush();
  assertEquals(file.exists, false);
});

Deno.test("what was written is read", () => {
  const { file } = fileWith();
  const topicId = randomUuid(random);
  file.record(topicId);
  file.maybeFlush();
  assertEquals(file.read(), { version: 0, topicId });
});

Deno.test("Apache Kafka's file is read, and is what we write", () => {
  const url = new URL("../../fixtures/broker/plain-0/partition.metadata", import.meta.url);
  const content = Deno.readTextFileSync(url);
  const { file, fileSystem } = fileWith(content);
  const { topicId } = file.read();
  file.record(topicId);
  file.maybeFlush();
  assertEquals(readTextFile(fileSystem, file.path), content);
});

Deno.test("a later version is read as this one", () => {
  const content = "version: 7\ntopic_id: XTsQBJTrTdSlzFydwBqhVQ\nmore: 1\n";
  assertEquals(fileWith(content).file.read(), { version: 7, topicId: "XTsQBJTrTdSlzFydwBqhVQ" });
});

Deno.test("what is missing or malformed is told with the file and the line", () => {
  const cases: [string | undefined, string][] = [
    [undefined, "line 1: missing"],
    ["", "line 1: missing"],
    ["version:0", "line 1: version:0"],
    ["version: x", "line 1"],
    ["version: -1\ntopic_id: XTsQBJTrTdSlzFydwBqhVQ", "version"],
    ["version: 0", "line 2: missing"],
    ["version: 0\ntopic_id: short", "line 2: topic_id: short"],
    ["version: 0\ntopic_id", "line 2"],
    ["version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA", "zero"],
  ];
  for (const [content, told] of cases) {
    assertThrows(() => fileWith(content).file.read(), CorruptRecordError, told, content);
  }
});
