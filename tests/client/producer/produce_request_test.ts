import { assertEquals, assertThrows } from "@std/assert";
import { prepareProduce } from "../../../client/producer/produce_request.ts";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf, metadataOf } from "../../support/producer_parts.ts";

const options = {
  acks: -1,
  timeoutMs: 30_000,
  transactionalId: null,
  isTransaction1: false,
  isZstd: false,
};
const batch = (topic: string, partition: number) =>
  batchOf(["v"], { queue: new PartitionQueue(topic, partition) });
const batches = [batch("a", 0), batch("b", 1), batch("a", 2)];
const metadata = metadataOf({ a: [1, 1, 1], b: [1, 1] });

Deno.test("batches go by topic, and topics by id where the broker knows ids", () => {
  const { draft, version, batches: byKey } = prepareProduce(batches, metadata, 13, options);
  const id = metadata.topic("a")!.topicId;
  assertEquals(version, 13);
  assertEquals(
    draft.topicData!.map(({ name, topicId, partitionData }) => [
      name,
      topicId === id,
      partitionData!.map(({ index }) => index),
    ]),
    [["", true, [0, 2]], ["", false, [1]]],
  );
  assertEquals([...byKey.keys()][0], `${id}-0`);
});

Deno.test("without the id of a topic all go by name", () => {
  const { draft, version, batches: byKey } = prepareProduce(
    [...batches, batch("unknown", 0)],
    metadata,
    13,
    options,
  );
  assertEquals(version, 12);
  assertEquals(draft.topicData!.map(({ name, topicId }) => [name, topicId]), [
    ["a", ZERO_UUID],
    ["b", ZERO_UUID],
    ["unknown", ZERO_UUID],
  ]);
  assertEquals([...byKey.keys()], ["a-0", "b-1", "a-2", "unknown-0"]);
});

Deno.test("the version tells the broker which version transactions are of", () => {
  const first = { ...options, transactionalId: "tx", isTransaction1: true };
  assertEquals(prepareProduce(batches, metadata, 13, first).version, 11);
  assertEquals(prepareProduce(batches, metadata, 9, first).version, 9);
});

Deno.test("a broker that does not know zstd is not sent it", () => {
  const error = assertThrows(
    () => prepareProduce(batches, metadata, 6, { ...options, isZstd: true }),
    KafkaError,
    "Produce requests with version 6 are not allowed to use ZStandard compression",
  );
  assertEquals(error.code, "UNSUPPORTED_COMPRESSION_TYPE");
});
