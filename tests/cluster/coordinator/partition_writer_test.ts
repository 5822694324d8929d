import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartitionWriter } from "../../../cluster/coordinator/partition_writer.ts";
import type { Partition } from "../../../cluster/replication/partition.ts";
import type { Compression } from "../../../storage/record/compression.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { InvalidRecordError, ProducerStateError } from "../../../storage/errors.ts";
import { ledgerSerde } from "../../support/ledger_shard.ts";
import { openReplicas } from "../../support/replicas.ts";

async function setUp(compression: Compression = { type: "none" }) {
  const replicas = await openReplicas();
  let appends = 0;
  const writer = new PartitionWriter(ledgerSerde, () => compression, () => appends++);
  const partition = replicas.replicaManager.getPartition("t", 0) as Partition;
  const offsets: number[] = [];
  return {
    replicas,
    offsets,
    appends: () => appends,
    write: (records: Parameters<typeof writer.write>[1], isAtomic = true) =>
      writer.write(
        partition,
        records,
        { timestamp: 77, producer: undefined, isAtomic, verificationGuard: undefined },
        (_record, { offset }) => offsets.push(offset),
      ),
    /** Writes for a transaction; `isKnown` has its coordinator know of it. */
    writeInTransaction: (records: Parameters<typeof writer.write>[1], isKnown: boolean) => {
      const log = replicas.log();
      const verificationGuard = isKnown
        ? log.maybeStartTransactionVerification(7, 0, 1, false)
        : undefined;
      const producer = { producerId: 7, producerEpoch: 1 };
      const contexts: unknown[] = [];
      writer.write(
        partition,
        records,
        { timestamp: 77, producer, isAtomic: false, verificationGuard },
        (_record, context) => contexts.push(context),
      );
      return contexts;
    },
    mark: (committed: boolean) =>
      writer.writeMarker(partition, {
        producerId: 7,
        producerEpoch: 1,
        coordinatorEpoch: 2,
        committed,
        transactionVersion: 1,
      }, 78),
    batches: () => [
      ...batchesIn(
        replicas.log().read(0, { maxBytes: 1 << 24, isolation: "log_end" }).bytes(),
      ),
    ],
  };
}

Deno.test("records go into one batch, and are replayed with the offsets that they got", async () => {
  const { replicas, offsets, appends, write, batches } = await setUp();
  await using _ = replicas;
  write([{ account: "a", sum: 1 }, { account: "b", sum: null }]);
  write([{ account: "c", sum: 3 }]);
  assertEquals(offsets, [0, 1, 2]);
  assertEquals(appends(), 2);
  assertEquals(batches().map(({ count }) => count), [2, 1]);
  const [first, second] = batches()[0]!.records();
  assertEquals([first!.timestamp, second!.value], [77, null]);
});

Deno.test("records that need not be there together go into as many batches as the topic's limit makes of them", async () => {
  const { replicas, offsets, write, batches } = await setUp();
  await using _ = replicas;
  const limit = replicas.log().config.maxMessageSize;
  const account = "x".repeat(limit / 4);
  write(Array.from({ length: 8 }, (_, sum) => ({ account, sum })), false);
  assertEquals(offsets, [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(batches().map(({ count }) => count), [3, 3, 2]);
  assert(batches().every(({ sizeInBytes }) => sizeInBytes <= limit));
});

Deno.test("records that must be there together are refused when they are too much for a batch", async () => {
  const { replicas, offsets, write, batches } = await setUp();
  await using _ = replicas;
  const account = "x".repeat(replicas.log().config.maxMessageSize / 4);
  const records = Array.from({ length: 5 }, (_, sum) => ({ account, sum }));
  assertThrows(() => write(records), InvalidRecordError);
  assertEquals([offsets, batches()], [[], []]);
  // What is left of them disturbs nobody.
  write(records.slice(0, 1));
  assertEquals(batches().map(({ count }) => count), [1]);
});

Deno.test("of records that need not be there together those before one that is refused are there", async () => {
  const { replicas, offsets, write, batches } = await setUp();
  await using _ = replicas;
  const huge = "x".repeat(2 * replicas.log().config.maxMessageSize);
  const records = ["a", "b", huge, "c"].map((account, sum) => ({ account, sum }));
  assertThrows(() => write(records, false), InvalidRecordError);
  assertEquals([offsets, batches().map(({ count }) => count)], [[0, 1], [2]]);
});

Deno.test("records of a transaction belong to its producer, and are there if its coordinator knows of it", async () => {
  const { replicas, writeInTransaction, batches } = await setUp();
  await using _ = replicas;
  const records = [{ account: "a", sum: 1 }, { account: "b", sum: 2 }];
  assertThrows(() => writeInTransaction(records, false), ProducerStateError);
  const ofProducer = { timestamp: 77, producerId: 7, producerEpoch: 1 };
  assertEquals(writeInTransaction(records, true), [
    { offset: 0, ...ofProducer },
    { offset: 1, ...ofProducer },
  ]);
  assertEquals(
    batches().map((batch) => [batch.isTransactional, batch.producerId, batch.producerEpoch]),
    [[true, 7, 1]],
  );
});

Deno.test("records of a transaction are there together or not at all", async () => {
  const { replicas, writeInTransaction, batches } = await setUp();
  await using _ = replicas;
  const account = "x".repeat(replicas.log().config.maxMessageSize / 4);
  const records = Array.from({ length: 5 }, (_, sum) => ({ account, sum }));
  assertThrows(() => writeInTransaction(records, true), InvalidRecordError);
  assertEquals(batches(), []);
});

Deno.test("records that compression makes small enough may be more than the limit", async () => {
  const { replicas, write, batches } = await setUp({ type: "zstd" });
  await using _ = replicas;
  const account = "x".repeat(replicas.log().config.maxMessageSize / 4);
  write(Array.from({ length: 8 }, (_, sum) => ({ account, sum })));
  assertEquals(batches().map(({ count }) => count), [8]);
});

Deno.test("records are compressed as it is asked for", async () => {
  const { replicas, write, batches } = await setUp({ type: "zstd" });
  await using _ = replicas;
  write([{ account: "a".repeat(1000), sum: 1 }]);
  assertEquals(batches().map(({ compressionType }) => compressionType), ["zstd"]);
});

Deno.test("a marker is a control batch of the producer", async () => {
  const { replicas, mark, batches } = await setUp();
  await using _ = replicas;
  mark(true);
  mark(false);
  assertEquals(
    batches().map(({ isControlBatch, isTransactional, producerId, producerEpoch }) => [
      isControlBatch,
      isTransactional,
      producerId,
      producerEpoch,
    ]),
    [[true, true, 7, 1], [true, true, 7, 1]],
  );
});
