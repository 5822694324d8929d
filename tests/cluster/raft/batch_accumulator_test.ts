import { assert, assertEquals, assertThrows } from "@std/assert";
import { BatchAccumulator } from "../../../cluster/raft/batch_accumulator.ts";
import { snapshotFooterMessage } from "../../../cluster/raft/control_messages.ts";
import { InvalidRecordError, LogUnavailableError } from "../../../storage/errors.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { FIXTURES } from "./raft_support.ts";

function accumulator(options: { maxBatchSize?: number; maxWaiting?: number } = {}) {
  return new BatchAccumulator({ epoch: 3, baseOffset: 10, ...options });
}

Deno.test("appends share a batch, and every record has the time at which it was begun", () => {
  const gathering = accumulator();
  assert(gathering.isEmpty);
  assertEquals(gathering.append([new Uint8Array(1), new Uint8Array(2)], 1000), 11);
  assertEquals(gathering.append([new Uint8Array(3)], 2000), 12);
  assertEquals(gathering.append([], 2000), 12);
  const [drained, ...rest] = gathering.drain();
  assertEquals(rest, []);
  const batch = new RecordBatch(drained!.bytes);
  batch.ensureValid();
  assertEquals([batch.baseOffset, batch.lastOffset, batch.count], [10, 12, 3]);
  assertEquals([batch.partitionLeaderEpoch, batch.baseTimestamp, batch.maxTimestamp], [
    3,
    1000,
    1000,
  ]);
  assertEquals([...batch.records()].map(({ key, valueSize }) => [key, valueSize]), [
    [null, 1],
    [null, 2],
    [null, 3],
  ]);
  assertEquals([drained!.appendTimestamp, drained!.records.length], [1000, 3]);
  assertEquals(gathering.append([new Uint8Array(1)], 3000), 13);
  assertEquals(gathering.drain()[0]!.baseOffset, 13);
});

Deno.test("a batch that is full is completed, and what is appended together stays together", () => {
  const gathering = accumulator({ maxBatchSize: 400 });
  gathering.append([new Uint8Array(100), new Uint8Array(100)], 1);
  gathering.append([new Uint8Array(100), new Uint8Array(100)], 2);
  assert(gathering.hasCompleted);
  const drained = gathering.drain();
  assertEquals(drained.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset]), [
    [10, 11],
    [12, 13],
  ]);
  for (const { bytes } of drained) new RecordBatch(bytes).ensureValid();
});

Deno.test("what fits no batch is refused by its exact size", () => {
  const gathering = accumulator({ maxBatchSize: 200 });
  const records = [new Uint8Array(100), new Uint8Array(50)];
  const error = assertThrows(() => gathering.append(records, 1), InvalidRecordError);
  const larger = accumulator();
  larger.append(records, 1);
  const size = larger.drain()[0]!.bytes.length;
  assertEquals(
    error.message,
    `The total record(s) size of ${size} exceeds the maximum allowed batch size of 200`,
  );
  assertEquals(gathering.nextOffset, 10);
});

Deno.test("only so many full batches wait", () => {
  const gathering = accumulator({ maxBatchSize: 100, maxWaiting: 2 });
  for (let i = 0; i < 3; i++) gathering.append([new Uint8Array(20)], 1);
  assertThrows(() => gathering.append([new Uint8Array(20)], 1), LogUnavailableError, "reached 2");
  assertEquals(gathering.drain().length, 3);
});

Deno.test("a control batch stands alone, behind what was appended before it", () => {
  const gathering = accumulator();
  gathering.append([new Uint8Array(1)], 1);
  assertEquals(gathering.appendControl([snapshotFooterMessage()], 2), 11);
  gathering.append([new Uint8Array(1)], 3);
  const drained = gathering.drain();
  assertEquals(
    drained.map(({ baseOffset, records, controlMessages }) => [
      baseOffset,
      records.length,
      controlMessages.length,
    ]),
    [[10, 1, 0], [11, 0, 1], [12, 1, 0]],
  );
});

Deno.test("Kafka's metadata batches, made again from their records, are the same to the byte", async () => {
  const log = await Deno.readFile(`${FIXTURES}/__cluster_metadata-0/00000000000000000000.log`);
  let count = 0;
  for (const theirs of batchesIn(log)) {
    if (!(theirs instanceof RecordBatch) || theirs.isControlBatch) continue;
    const ours = new BatchAccumulator({
      epoch: theirs.partitionLeaderEpoch,
      baseOffset: theirs.baseOffset,
    });
    ours.append([...theirs.records()].map(({ value }) => value!), theirs.baseTimestamp);
    const bytes = log.slice(theirs.start, theirs.start + theirs.sizeInBytes);
    assertEquals(ours.drain()[0]!.bytes, bytes, `batch at ${theirs.baseOffset}`);
    count++;
  }
  assert(count > 100, `batches: ${count}`);
});
