import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ProducerStateError } from "../../../../storage/errors.ts";
import {
  decodeProducerSnapshot,
  encodeProducerSnapshot,
  inSnapshotOrder,
} from "../../../../storage/log/producer/producer_snapshot.ts";
import type { ProducerAppendInfo } from "../../../../storage/log/producer/producer_append_info.ts";
import { ProducerStateManager } from "../../../../storage/log/producer/producer_state_manager.ts";
import {
  loadProducersFromBatches,
  updateProducers,
} from "../../../../storage/log/producer/producer_updates.ts";
import { buildEndTransactionMarker } from "../../../../storage/record/control_record.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { type ManualEnv, manualEnv, SeededRandom } from "../../../support/manual_env.ts";

const WRAP = 2 ** 31;

function open(env: ManualEnv = manualEnv()): ProducerStateManager {
  env.fileSystem.makeDirectory("/log");
  return new ProducerStateManager({
    env,
    directory: "/log",
    topicPartition: { topic: "test", partition: 0 },
    producerIdExpirationMs: Number.MAX_SAFE_INTEGER,
  });
}

interface DataOptions {
  readonly offset: number;
  readonly producerId: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly count: number;
  readonly transactional: boolean;
}

function dataBatch(options: DataOptions): RecordBatch {
  const { offset, producerId, epoch, sequence, count, transactional } = options;
  return new RecordBatch(buildBatch(
    Array.from({ length: count }, (_, i) => ({ value: new Uint8Array(1), timestamp: offset + i })),
    {
      baseOffset: offset,
      producerId,
      producerEpoch: epoch,
      baseSequence: sequence,
      isTransactional: transactional,
    },
  ));
}

function markerBatch(
  offset: number,
  producerId: number,
  producerEpoch: number,
  type: "COMMIT" | "ABORT",
  coordinatorEpoch = 0,
): RecordBatch {
  return new RecordBatch(buildEndTransactionMarker({
    ...{ offset, timestamp: offset, producerId, producerEpoch, type, coordinatorEpoch },
  }));
}

const fixtures = new URL("../../../fixtures/", import.meta.url);

/** The folder's files with `suffix` by the offset in their name, ascending. */
function fixtureFiles(folder: string, suffix: string): [number, Uint8Array][] {
  return [...Deno.readDirSync(new URL(folder, fixtures))]
    .filter((entry) => entry.name.endsWith(suffix))
    .map((entry): [number, Uint8Array] => [
      parseInt(entry.name),
      Deno.readFileSync(new URL(folder + entry.name, fixtures)),
    ])
    .sort(([a], [b]) => a - b);
}

for (
  const folder of [
    ...["broker/plain-0/", "broker/packed-gzip-0/", "broker/packed-snappy-0/"],
    ...["broker/packed-lz4-0/", "broker/packed-zstd-0/", "broker/mixed-0/", "broker/txn-0/"],
    ...["broker/txn-open-0/", "broker/multiseg-0/", "broker/multiseg-1/", "broker/appendtime-0/"],
    ...["broker/__consumer_offsets-0/", "broker/__consumer_offsets-1/"],
    ...["states/1-before-compaction/compacted-0/", "states/1-before-compaction/trimmed-0/"],
  ]
) {
  Deno.test(`the state rebuilt from ${folder} gives Kafka's snapshots byte for byte`, () => {
    const snapshots = fixtureFiles(folder, ".snapshot");
    const batches = fixtureFiles(folder, ".log").flatMap(([, bytes]) => [...batchesIn(bytes)]);
    assert(snapshots.length > 0);
    for (const [offset, expected] of snapshots) {
      const env = manualEnv();
      const manager = open(env);
      loadProducersFromBatches(manager, batches.filter((batch) => batch.lastOffset < offset));
      manager.updateMapEndOffset(offset);
      // The broker was restarted twice, and the records are of long ago: it forgot idle producers on the way.
      const kept = decodeProducerSnapshot(expected).map((entry) => entry.producerId);
      const rebuilt = [...manager.activeProducers.values()];
      for (const entry of rebuilt) {
        if (!kept.includes(entry.producerId)) assertEquals(entry.currentTxnFirstOffset, undefined);
      }
      assertEquals(
        encodeProducerSnapshot(
          inSnapshotOrder(rebuilt.filter((entry) => kept.includes(entry.producerId))),
        ),
        expected,
        `${folder} at ${offset}`,
      );
    }
  });
}

Deno.test("the first record of a transaction ends its verification", () => {
  const manager = open();
  manager.maybeCreateVerificationStateEntry(7, 0, 0, false);
  const batch = dataBatch({
    ...{ offset: 0, producerId: 7, epoch: 0, sequence: 0, count: 1, transactional: true },
  });
  updateProducers(manager, batch, new Map(), "client");
  assertEquals(manager.verificationStateEntry(7), undefined);
});

Deno.test("a marker leaves the verification of the transaction that comes next", () => {
  const manager = open();
  const entry = manager.maybeCreateVerificationStateEntry(7, 0, 1, true);
  updateProducers(manager, markerBatch(0, 7, 1, "COMMIT"), new Map(), "coordinator", 2);
  assertStrictEquals(manager.verificationStateEntry(7), entry);
  updateProducers(manager, markerBatch(1, 7, 2, "COMMIT"), new Map(), "coordinator", 2);
  assertEquals(manager.verificationStateEntry(7), undefined);
});

Deno.test("batches of one append build on one another", () => {
  const manager = open();
  const at = (offset: number, sequence: number) =>
    dataBatch({ offset, producerId: 7, epoch: 0, sequence, count: 2, transactional: true });
  loadProducersFromBatches(manager, [at(0, 0)]);
  const updates = new Map<number, ProducerAppendInfo>();
  updateProducers(manager, at(2, 2), updates, "client");
  updateProducers(manager, at(4, 4), updates, "client");
  assertThrows(() => updateProducers(manager, at(6, 4), updates, "client"), ProducerStateError);
  assertEquals([updates.size, manager.lastEntry(7)?.lastSeq], [1, 1]);
});

/** What one producer is known for, as plain as can be: the state after reading all its batches in order. */
interface ModelProducer {
  epoch: number;
  lastSequence: number;
  lastOffset: number;
  coordinatorEpoch: number;
  openSince: number | undefined;
}

class Model {
  readonly batches: RecordBatch[] = [];

  get endOffset(): number {
    return this.batches.at(-1)?.nextOffset ?? 0;
  }

  /** Reads the whole log again. */
  producers(): Map<number, ModelProducer> {
    const producers = new Map<number, ModelProducer>();
    for (const batch of this.batches) {
      const known = producers.get(batch.producerId) ?? {
        ...{ epoch: -1, lastSequence: -1, lastOffset: -1, coordinatorEpoch: -1 },
        openSince: undefined,
      };
      if (batch.producerEpoch !== known.epoch) known.lastSequence = known.lastOffset = -1;
      known.epoch = batch.producerEpoch;
      if (batch.isControlBatch) {
        known.openSince = undefined;
        known.coordinatorEpoch = 0;
      } else {
        known.lastSequence = batch.lastSequence;
        known.lastOffset = batch.lastOffset;
        if (batch.isTransactional) known.openSince ??= batch.baseOffset;
      }
      producers.set(batch.producerId, known);
    }
    return producers;
  }

  /** First offset of a transaction that is open, or whose marker is at or above the high watermark. */
  firstUnstable(highWatermark: number): number | undefined {
    const starts = new Map<number, number>();
    let first = Infinity;
    for (const batch of this.batches) {
      const start = starts.get(batch.producerId);
      if (!batch.isControlBatch) {
        if (batch.isTransactional && start === undefined) {
          starts.set(batch.producerId, batch.baseOffset);
        }
      } else if (start !== undefined) {
        starts.delete(batch.producerId);
        if (batch.lastOffset >= highWatermark) first = Math.min(first, start);
      }
    }
    for (const start of starts.values()) first = Math.min(first, start);
    return first === Infinity ? undefined : first;
  }

  /** What a client's batch deserves. */
  verdict(options: DataOptions): string {
    const known = this.producers().get(options.producerId);
    if (known === undefined) return "OK";
    if (options.epoch < known.epoch) return "INVALID_PRODUCER_EPOCH";
    const last = options.epoch === known.epoch ? known.lastSequence : -1;
    if (options.sequence !== (last + 1) % WRAP) return "OUT_OF_ORDER_SEQUENCE_NUMBER";
    if (known.openSince !== undefined && !options.transactional) return "INVALID_TXN_STATE";
    return "OK";
  }
}

function observed(manager: ProducerStateManager): Map<number, ModelProducer> {
  return new Map(
    [...manager.activeProducers].map(([id, entry]) => [id, {
      epoch: entry.producerEpoch,
      lastSequence: entry.lastSeq,
      lastOffset: entry.lastDataOffset,
      coordinatorEpoch: entry.coordinatorEpoch,
      openSince: entry.currentTxnFirstOffset,
    }]),
  );
}

function byId(producers: Map<number, ModelProducer>): [number, ModelProducer][] {
  return [...producers].sort(([a], [b]) => a - b);
}

/** A random batch of a random producer: mostly what it should send next, sometimes not. */
function randomData(random: SeededRandom, model: Model): DataOptions {
  const producerId = 1 + random.below(4);
  const known = model.producers().get(producerId);
  const bump = random.chance(0.1) ? 1 : random.chance(0.05) ? -1 : 0;
  const epoch = Math.max(0, (known?.epoch ?? 0) + bump);
  const last = known === undefined
    ? random.pick([-1, -1, WRAP - 4, 99])
    : epoch === known.epoch
    ? known.lastSequence
    : -1;
  return {
    offset: model.endOffset,
    producerId,
    epoch,
    sequence: (last + 1 + (random.chance(0.1) ? 1 + random.below(2) : 0)) % WRAP,
    count: 1 + random.below(3),
    transactional: random.chance(known?.openSince === undefined ? 0.4 : 0.9),
  };
}

Deno.test("random histories of appends, markers, snapshots, reloads and truncations agree with a naive model", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new SeededRandom(seed);
    const env = manualEnv({ seed });
    const model = new Model();
    let manager = open(env);
    let highWatermark = 0;
    const append = (batch: RecordBatch, origin: "client" | "coordinator") => {
      const updates = new Map<number, ProducerAppendInfo>();
      const completed = updateProducers(manager, batch, updates, origin, 0);
      for (const update of updates.values()) manager.update(update);
      if (completed !== undefined) manager.completeTxn(completed);
      manager.updateMapEndOffset(batch.nextOffset);
      model.batches.push(batch);
    };
    const reload = (endOffset: number) => {
      manager.truncateAndReload(0, endOffset, 0);
      const from = manager.mapEndOffset;
      loadProducersFromBatches(manager, model.batches.filter((each) => each.baseOffset >= from));
      manager.updateMapEndOffset(endOffset);
      highWatermark = Math.min(highWatermark, endOffset);
      // A log that loads has everything below its high watermark decided as it was.
      manager.onHighWatermarkUpdated(highWatermark);
    };
    for (let step = 0; step < 60; step++) {
      const where = `seed ${seed}, step ${step}`;
      const choice = random.below(100);
      if (choice < 60) {
        const options = randomData(random, model);
        const expected = model.verdict(options);
        let outcome = "OK";
        try {
          append(dataBatch(options), "client");
        } catch (error) {
          assert(error instanceof ProducerStateError, where);
          outcome = error.code;
        }
        assertEquals(outcome, expected, where);
      } else if (choice < 75) {
        const id = random.pick([...model.producers().keys(), 9]);
        const known = model.producers().get(id);
        const epoch = (known?.epoch ?? 0) + random.below(2);
        const type = random.chance(0.5) ? "COMMIT" : "ABORT";
        append(markerBatch(model.endOffset, id, epoch, type), "coordinator");
      } else if (choice < 85) {
        manager.takeSnapshot(random.chance(0.5));
      } else if (choice < 90) {
        highWatermark += random.below(model.endOffset - highWatermark + 1);
        manager.onHighWatermarkUpdated(highWatermark);
      } else if (choice < 95) {
        manager = open(env);
        highWatermark = model.endOffset;
        reload(model.endOffset);
      } else {
        const keep = random.below(model.batches.length + 1);
        model.batches.length = keep;
        highWatermark = model.endOffset;
        reload(model.endOffset);
      }
      assertEquals(byId(observed(manager)), byId(model.producers()), where);
      assertEquals(manager.mapEndOffset, model.endOffset, where);
      assertEquals(manager.firstUndecidedOffset, model.firstUnstable(Infinity), where);
      assertEquals(manager.firstUnstableOffset(), model.firstUnstable(highWatermark), where);
      for (const batch of model.batches.slice(-1)) {
        const entry = manager.lastEntry(batch.producerId);
        if (batch.isControlBatch) continue;
        assertEquals(entry?.findDuplicateBatch(batch)?.firstOffset, batch.baseOffset, where);
      }
    }
  }
});
