import { assertEquals } from "@std/assert";
import { ConsumerRecord } from "../../../client/consumer/consumer_record.ts";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { tp, values } from "../../support/consumer_world.ts";

function record({ topic, partition }: { topic: string; partition: number }, value: string) {
  const none = new Uint8Array(0);
  return new ConsumerRecord<null, string>(
    topic,
    partition,
    0,
    0,
    "CreateTime",
    -1,
    -1,
    1,
    null,
    value,
    none,
    0,
    0,
  );
}

function records(...lists: [{ topic: string; partition: number }, ...string[]][]) {
  return new ConsumerRecords<null, string>(
    new TopicPartitionMap(
      lists.map(([partition, ...texts]) =>
        [partition, texts.map((text) => record(partition, text))] as const
      ),
    ),
  );
}

Deno.test("records are found by partition and by topic, and all come in order", () => {
  const all = records([tp("a"), "1", "2"], [tp("b"), "3"], [tp("a", 1), "4"]);
  assertEquals([all.count, all.isEmpty], [4, false]);
  assertEquals(values(all), ["1", "2", "3", "4"]);
  assertEquals(values(all.recordsOf("a")), ["1", "2", "4"]);
  assertEquals(values(all.records(tp("a", 1))), ["4"]);
  assertEquals(all.records(tp("c")), []);
  assertEquals(all.partitions, [tp("a"), tp("b"), tp("a", 1)]);
});

Deno.test("one partition, and none, are no special cases", () => {
  assertEquals(values(records([tp("a"), "1", "2"])), ["1", "2"]);
  const none = new ConsumerRecords();
  assertEquals([none.count, none.isEmpty, [...none], none.nextOffsets.size], [0, true, [], 0]);
});
