import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import {
  filenamePrefixFromOffset,
  isIndexFile,
  isLogFile,
  logDeleteDirName,
  logDirName,
  logFileName,
  logFutureDirName,
  logStrayDirName,
  offsetFromFileName,
  offsetIndexFileName,
  parseTopicPartitionName,
  producerSnapshotFileName,
  timeIndexFileName,
  topicPartitionKey,
  transactionIndexFileName,
  uniqueId,
} from "../../../storage/file/file_names.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const id = "0123456789abcdef0123456789abcdef";

Deno.test("a segment's files are named after its base offset in 20 digits", () => {
  assertEquals(filenamePrefixFromOffset(0), "00000000000000000000");
  assertEquals(logFileName(285), "00000000000000000285.log");
  assertEquals(logFileName(285, ".cleaned"), "00000000000000000285.log.cleaned");
  assertEquals(offsetIndexFileName(1), "00000000000000000001.index");
  assertEquals(timeIndexFileName(1, ".swap"), "00000000000000000001.timeindex.swap");
  assertEquals(transactionIndexFileName(1), "00000000000000000001.txnindex");
  assertEquals(producerSnapshotFileName(2 ** 53 - 1), "00009007199254740991.snapshot");
});

Deno.test("the offset is read back from the name, whatever its suffixes", () => {
  assertEquals(offsetFromFileName("00000000000000000285.log"), 285);
  assertEquals(offsetFromFileName("00000000000000000285.timeindex.deleted"), 285);
  assertEquals(offsetFromFileName("12.snapshot"), 12);
  assertEquals(offsetFromFileName("00000000000000000081-0000000001.checkpoint"), undefined);
  assertEquals(offsetFromFileName("leader-epoch-checkpoint"), undefined);
  assertEquals(offsetFromFileName("00000000000000000285"), undefined);
  assertEquals(offsetFromFileName(".log"), undefined);
  assertEquals(offsetFromFileName("99999999999999999999.log"), undefined);
});

Deno.test("files in use are told from those in another state", () => {
  assertEquals([isLogFile("1.log"), isLogFile("1.log.swap"), isLogFile("1.index")], [
    true,
    false,
    false,
  ]);
  assertEquals(["1.index", "1.timeindex", "1.txnindex"].every(isIndexFile), true);
  assertEquals(["1.index.deleted", "1.log", "1.snapshot"].some(isIndexFile), false);
});

Deno.test("a partition's directory is named topic-partition", () => {
  const topicPartition = { topic: "my-topic.x", partition: 12 };
  assertEquals(logDirName(topicPartition), "my-topic.x-12");
  assertEquals(topicPartitionKey(topicPartition), "my-topic.x-12");
  assertEquals(logDeleteDirName(topicPartition, id), `my-topic.x-12.${id}-delete`);
  assertEquals(logStrayDirName(topicPartition, id), `my-topic.x-12.${id}-stray`);
  assertEquals(logFutureDirName(topicPartition, id), `my-topic.x-12.${id}-future`);
});

Deno.test("names for removal are cut to 255 characters at the cost of the topic", () => {
  const topicPartition = { topic: "t".repeat(249), partition: 12 };
  for (const name of [logDeleteDirName(topicPartition, id), logStrayDirName(topicPartition, id)]) {
    assertEquals(name.length, 255);
    assertMatch(name, /^t+-12\.[0-9a-f]{32}-(delete|stray)$/);
    assertEquals(parseTopicPartitionName(name)?.topicPartition.partition, 12);
  }
  assertEquals(logFutureDirName(topicPartition, id).length, 249 + 3 + 1 + 32 + 7);
});

Deno.test("the id in a name is a random UUID without dashes", () => {
  const random = new SeededRandom(7);
  const first = uniqueId(random);
  assertMatch(first, /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  assertNotEquals(uniqueId(random), first);
});

Deno.test("the partition is what follows the last dash", () => {
  const parse = (name: string) => {
    const parsed = parseTopicPartitionName(name);
    return parsed && [parsed.topicPartition.topic, parsed.topicPartition.partition, parsed.kind];
  };
  assertEquals(parse("topic-0"), ["topic", 0, "log"]);
  assertEquals(parse("foo-bar.baz_qux-3"), ["foo-bar.baz_qux", 3, "log"]);
  assertEquals(parse("a-b-007"), ["a-b", 7, "log"]);
  assertEquals(parse("a--5"), ["a-", 5, "log"]);
  assertEquals(parse(`foo-bar-0.${id}-delete`), ["foo-bar", 0, "delete"]);
  assertEquals(parse(`foo.bar-1.${id}-future`), ["foo.bar", 1, "future"]);
  assertEquals(parse(`foo-2.${id}-stray`), ["foo", 2, "stray"]);
  assertEquals(parse("foo-0.bar-delete"), ["foo", 0, "delete"]);
  assertEquals(parse("topic-2147483647"), ["topic", 2147483647, "log"]);
});

Deno.test("what is not a partition's directory is refused as Kafka refuses it", () => {
  const names = [
    "",
    "topic",
    "-",
    "-0",
    "topic-",
    "topic-x",
    "topic-0x1",
    "topic-1.5",
    "topic-2147483648",
  ];
  // No id in front of the state, white space, and nothing that is a partition in front of the id.
  names.push("topic-0-delete", "topic-0-future", "topic-delete", "foo-delete", "-stray");
  names.push("a topic-0.x-delete", "foo-bar.x-delete", `-0.${id}-delete`, `foo0.${id}-delete`);
  names.push("cleaner-offset-checkpoint", "lost+found", "__cluster_metadata", `foo-.${id}-future`);
  for (const name of names) assertEquals(parseTopicPartitionName(name), undefined, name);
});
