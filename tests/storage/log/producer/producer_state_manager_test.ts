import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CorruptRecordError, ProducerStateError } from "../../../../storage/errors.ts";
import type { AppendOrigin } from "../../../../storage/log/producer/append_origin.ts";
import {
  LATE_TRANSACTION_BUFFER_MS,
  ProducerStateManager,
} from "../../../../storage/log/producer/producer_state_manager.ts";
import type { CompletedTxn } from "../../../../storage/log/producer/transaction_table.ts";
import { type ManualEnv, manualEnv } from "../../../support/manual_env.ts";

const ID = 1;
const DIRECTORY = "/log";
const MAX_TIMEOUT = 5 * 60 * 1000;
const EXPIRATION = 24 * 60 * 60 * 1000;

function open(env: ManualEnv = manualEnv()): { env: ManualEnv; manager: ProducerStateManager } {
  env.fileSystem.makeDirectory(DIRECTORY);
  const manager = new ProducerStateManager({
    env,
    directory: DIRECTORY,
    topicPartition: { topic: "test", partition: 0 },
    maxTransactionTimeoutMs: MAX_TIMEOUT,
    producerIdExpirationMs: EXPIRATION,
    transactionVerificationEnabled: true,
  });
  return { env, manager };
}

interface Data {
  readonly id?: number;
  readonly epoch?: number;
  readonly timestamp?: number;
  readonly transactional?: boolean;
  readonly origin?: AppendOrigin;
}

/** Appends one record. */
function append(
  manager: ProducerStateManager,
  sequence: number,
  offset: number,
  { id = ID, epoch = 0, timestamp = 1_700_000_000_000, transactional = false, origin = "client" }:
    Data = {},
): void {
  const info = manager.prepareUpdate(id, origin);
  info.appendDataBatch(epoch, sequence, sequence, timestamp, offset, offset, transactional);
  manager.update(info);
  manager.updateMapEndOffset(offset + 1);
}

interface Marker {
  readonly id?: number;
  readonly epoch?: number;
  readonly coordinatorEpoch?: number;
  readonly type?: "COMMIT" | "ABORT";
  readonly version?: number;
  readonly timestamp?: number;
}

function end(manager: ProducerStateManager, offset: number, marker: Marker = {}): void {
  const info = manager.prepareUpdate(marker.id ?? ID, "coordinator");
  const completed = info.appendEndTxnMarker(
    { type: marker.type ?? "COMMIT", coordinatorEpoch: marker.coordinatorEpoch ?? 0 },
    marker.epoch ?? 0,
    offset,
    marker.timestamp ?? 1_700_000_000_000,
    marker.version ?? 0,
  );
  manager.update(info);
  if (completed !== undefined) manager.completeTxn(completed);
  manager.updateMapEndOffset(offset + 1);
}

function files(env: ManualEnv): string[] {
  return env.fileSystem.list(DIRECTORY).map((entry) => entry.name);
}

function offsets(env: ManualEnv): number[] {
  return files(env).map((name) => Number(name.replace(/\..*/, "")));
}

Deno.test("preparing an update changes nothing until it is taken over", () => {
  const { manager } = open();
  const info = manager.prepareUpdate(ID, "client");
  info.appendDataBatch(0, 0, 5, 1000, 15, 20, false);
  assertEquals(manager.lastEntry(ID), undefined);
  manager.update(info);
  const next = manager.prepareUpdate(ID, "client");
  next.appendDataBatch(0, 6, 10, 1000, 26, 30, false);
  const entry = manager.lastEntry(ID)!;
  assertEquals([entry.firstSeq, entry.lastSeq, entry.lastDataOffset], [0, 5, 20]);
  manager.update(next);
  assertEquals([entry.firstSeq, entry.lastSeq, entry.lastDataOffset], [0, 10, 30]);
  assertEquals([manager.producerIdCount, manager.isEmpty], [1, false]);
});

Deno.test("the first unstable offset is that of the earliest transaction open, or ended above the high watermark", () => {
  for (const version of [0, 2]) {
    const { manager } = open();
    const markerEpoch = version === 2 ? 6 : 5;
    const at = () => [manager.firstUndecidedOffset, manager.firstUnstableOffset()];
    assertEquals(at(), [undefined, undefined]);
    append(manager, 0, 99, { epoch: 5, transactional: true });
    assertEquals(at(), [99, 99]);
    append(manager, 0, 105, { id: 2, epoch: 5, transactional: true });
    assertEquals(at(), [99, 99]);
    end(manager, 109, { epoch: markerEpoch, version });
    assertEquals(at(), [105, 99]);
    manager.onHighWatermarkUpdated(100);
    assertEquals(at(), [105, 99]);
    manager.onHighWatermarkUpdated(109);
    assertEquals(at(), [105, 99]);
    manager.onHighWatermarkUpdated(110);
    assertEquals(at(), [105, 105]);
    end(manager, 112, { id: 2, epoch: markerEpoch, type: "ABORT", version });
    assertEquals(at(), [undefined, 105]);
    manager.onHighWatermarkUpdated(113);
    assertEquals(at(), [undefined, undefined]);
  }
});

Deno.test("the last stable offset of a completed transaction is the start of the next open one, or behind its marker", () => {
  const { manager } = open();
  for (const [id, offset] of [[1, 1000], [2, 1025], [3, 1057]] as const) {
    append(manager, 0, offset, { id, transactional: true });
  }
  const complete = (completed: CompletedTxn) => {
    const stable = manager.lastStableOffset(completed);
    manager.completeTxn(completed);
    manager.onHighWatermarkUpdated(completed.lastOffset + 1);
    return [stable, manager.firstUnstableOffset()];
  };
  const txn = (producerId: number, firstOffset: number, lastOffset: number) => ({
    ...{ producerId, firstOffset, lastOffset, isAborted: false },
  });
  assertEquals(complete(txn(1, 1000, 1072)), [1025, 1025]);
  assertEquals(complete(txn(3, 1057, 1092)), [1025, 1025]);
  assertEquals(complete(txn(2, 1025, 1170)), [1171, undefined]);
});

Deno.test("one append may end a transaction, skip empty ones and leave one open", () => {
  const { manager } = open();
  let sequence = 0;
  const data = (info: ReturnType<typeof manager.prepareUpdate>, first: number, last: number) => {
    const count = last - first + 1;
    info.appendDataBatch(0, sequence, sequence + count - 1, 1000, first, last, true);
    sequence += count;
  };
  const first = manager.prepareUpdate(ID, "client");
  data(first, 16, 20);
  assertEquals(first.startedTransactions.map((each) => each.firstOffset), [16]);
  manager.update(first);
  manager.onHighWatermarkUpdated(21);
  assertEquals(manager.firstUnstableOffset(), 16);

  const second = manager.prepareUpdate(ID, "client");
  const marker = (type: "COMMIT" | "ABORT", offset: number) =>
    second.appendEndTxnMarker({ type, coordinatorEpoch: 27 }, 0, offset, 1000, 0);
  const completed = [marker("COMMIT", 21), marker("COMMIT", 22), marker("ABORT", 23)];
  data(second, 24, 27);
  completed.push(marker("ABORT", 28), marker("ABORT", 29));
  data(second, 30, 31);
  assertEquals(completed, [
    { producerId: ID, firstOffset: 16, lastOffset: 21, isAborted: false },
    undefined,
    undefined,
    { producerId: ID, firstOffset: 24, lastOffset: 28, isAborted: true },
    undefined,
  ]);
  assertEquals(second.startedTransactions.map((each) => each.firstOffset), [24, 30]);
  manager.update(second);
  for (const each of completed) if (each !== undefined) manager.completeTxn(each);
  manager.onHighWatermarkUpdated(32);
  assertEquals(manager.firstUnstableOffset(), 30);
});

Deno.test("an open transaction that is silent for longer than any timeout is late", () => {
  for (const version of [0, 2]) {
    const { manager } = open();
    const late = MAX_TIMEOUT + LATE_TRANSACTION_BUFFER_MS;
    append(manager, 0, 100, { id: 39, epoch: 2, timestamp: 1000, transactional: true });
    append(manager, 0, 150, { id: 57, epoch: 9, timestamp: 1500, transactional: true });
    assertEquals(manager.hasLateTransaction(1000 + late), false);
    assertEquals(manager.hasLateTransaction(1001 + late), true);
    const now = 1501 + late;
    const bump = version === 2 ? 1 : 0;
    end(manager, 200, { id: 39, epoch: 2 + bump, version });
    assertEquals(manager.hasLateTransaction(now), true);
    end(manager, 250, { id: 57, epoch: 9 + bump, version });
    assertEquals(manager.hasLateTransaction(now), false);
  }
});

Deno.test("a late transaction is still late after a reload, and gone after a truncation", () => {
  const { manager, env } = open();
  const now = 1_000_001 + MAX_TIMEOUT + LATE_TRANSACTION_BUFFER_MS;
  append(manager, 0, 100, { timestamp: 1_000_000, transactional: true });
  manager.takeSnapshot();
  const reloaded = open(env).manager;
  reloaded.truncateAndReload(0, 101, now);
  assertEquals(reloaded.hasLateTransaction(now), true);
  manager.truncateAndReload(0, 80, now);
  assertEquals(manager.hasLateTransaction(now), false);
  reloaded.truncateFullyAndStartAt(150);
  assertEquals([reloaded.hasLateTransaction(now), reloaded.mapEndOffset], [false, 150]);
});

Deno.test("an idle producer expires, one with an open transaction does not", () => {
  const { manager } = open();
  append(manager, 0, 1, { epoch: 5, timestamp: 1000 });
  append(manager, 0, 2, { id: 2, timestamp: 1000, transactional: true });
  manager.removeExpiredProducers(1000 + EXPIRATION - 1);
  assertEquals(manager.producerIdCount, 2);
  manager.removeExpiredProducers(1000 + EXPIRATION);
  assertEquals([...manager.activeProducers.keys()], [2]);
  assertEquals(manager.firstUndecidedOffset, 2);
  // Unknown again, so that any sequence will do.
  append(manager, 17, 3, { epoch: 5 });
  assertEquals(manager.lastEntry(ID)!.lastSeq, 17);
});

Deno.test("the expiration may change at run time", () => {
  const { manager } = open();
  append(manager, 0, 1, { timestamp: 1000 });
  manager.producerIdExpirationMs = 500;
  manager.removeExpiredProducers(1500);
  assertEquals(manager.producerIdCount, 0);
});

Deno.test("a producer of which only a fencing marker is known is kept for its epoch", () => {
  const { manager } = open();
  append(manager, 0, 0, { transactional: true });
  end(manager, 1, { epoch: 1, type: "ABORT" });
  const entry = manager.lastEntry(ID)!;
  assertEquals([entry.currentTxnFirstOffset, entry.lastDataOffset, entry.firstDataOffset], [
    undefined,
    -1,
    -1,
  ]);
  manager.removeExpiredProducers(1_700_000_000_000);
  assert(manager.lastEntry(ID) !== undefined);
});

Deno.test("a snapshot holds the newest batch and the open transaction", () => {
  const { manager, env } = open();
  append(manager, 0, 0, { transactional: true });
  append(manager, 1, 1, { transactional: true });
  assertEquals(manager.takeSnapshot(), "/log/00000000000000000002.snapshot");
  const reloaded = open(env).manager;
  reloaded.truncateAndReload(0, 3, 1_700_000_000_000);
  const entry = reloaded.lastEntry(ID)!;
  assertEquals(
    [entry.firstDataOffset, entry.firstSeq, entry.lastDataOffset, entry.lastSeq],
    [1, 1, 1, 1],
  );
  assertEquals([entry.currentTxnFirstOffset, reloaded.firstUndecidedOffset], [0, 0]);
  assertEquals(reloaded.mapEndOffset, 2);
  append(reloaded, 2, 2, { transactional: true });
});

Deno.test("a snapshot after the end of a transaction has none open, and keeps the coordinator's epoch", () => {
  const { manager, env } = open();
  append(manager, 0, 0, { transactional: true });
  end(manager, 1, { type: "ABORT", coordinatorEpoch: 1, timestamp: 4000 });
  manager.takeSnapshot();
  const reloaded = open(env).manager;
  reloaded.truncateAndReload(0, 3, 5000);
  const entry = reloaded.lastEntry(ID)!;
  assertEquals([entry.currentTxnFirstOffset, entry.lastTimestamp, entry.lastDataOffset], [
    undefined,
    4000,
    0,
  ]);
  const error = assertThrows(() => end(reloaded, 100), ProducerStateError);
  assertEquals(error.code, "TRANSACTION_COORDINATOR_FENCED");
});

Deno.test("a transaction without data leaves a snapshot with its marker's time", () => {
  const { manager, env } = open();
  end(manager, 0, { type: "ABORT", timestamp: 1234 });
  manager.takeSnapshot();
  const reloaded = open(env).manager;
  reloaded.truncateAndReload(0, 1, 2000);
  assertEquals(reloaded.lastEntry(ID)!.lastTimestamp, 1234);
});

Deno.test("no second snapshot is taken at the same offset", () => {
  const { manager, env } = open();
  assertEquals(manager.takeSnapshot(), undefined);
  append(manager, 0, 0);
  manager.takeSnapshot();
  assertEquals(manager.takeSnapshot(), undefined);
  assertEquals(offsets(env), [1]);
});

Deno.test("expired producers are left out when a snapshot is loaded; a replica takes them anew", () => {
  const { manager, env } = open();
  append(manager, 0, 0, { timestamp: 0 });
  append(manager, 1, 1, { timestamp: 1 });
  manager.takeSnapshot();
  for (const origin of ["client", "replication"] as const) {
    const reloaded = open(env).manager;
    reloaded.truncateAndReload(0, 2, 1 + EXPIRATION);
    assertEquals(reloaded.producerIdCount, 0);
    append(reloaded, 2, 2, { origin });
    assertEquals([reloaded.lastEntry(ID)!.lastSeq, reloaded.mapEndOffset], [2, 3]);
  }
});

Deno.test("producers stay when the log start moves past their records", () => {
  const { manager } = open();
  append(manager, 0, 0);
  append(manager, 0, 1, { id: 2 });
  manager.takeSnapshot();
  manager.truncateAndReload(1, 2, 1_700_000_000_000);
  assertEquals(manager.lastEntry(1)!.lastDataOffset, 0);
  assertEquals(manager.lastEntry(2)!.lastDataOffset, 1);
});

Deno.test("truncating removes the snapshots out of range and loads the latest one left", () => {
  const { manager, env } = open();
  for (let i = 0; i < 5; i++) {
    append(manager, i, i);
    manager.takeSnapshot();
  }
  manager.truncateAndReload(1, 3, 1_700_000_000_000);
  assertEquals([manager.oldestSnapshotOffset, manager.latestSnapshotOffset], [2, 3]);
  assertEquals(offsets(env), [2, 3]);
  assertEquals([manager.lastEntry(ID)!.lastSeq, manager.mapEndOffset], [2, 3]);
});

Deno.test("a truncation brings a transaction back that was open there", () => {
  const { manager } = open();
  append(manager, 0, 99, { transactional: true });
  manager.takeSnapshot();
  end(manager, 105);
  manager.onHighWatermarkUpdated(106);
  assertEquals(manager.firstUnstableOffset(), undefined);
  manager.takeSnapshot();
  append(manager, 1, 106);
  manager.truncateAndReload(0, 106, 1_700_000_000_000);
  assertEquals(manager.firstUnstableOffset(), undefined);
  manager.truncateAndReload(0, 100, 1_700_000_000_000);
  assertEquals(manager.firstUnstableOffset(), 99);
});

Deno.test("without a snapshot a truncation leaves nothing, to be read again from the log start", () => {
  const { manager } = open();
  append(manager, 0, 99, { transactional: true });
  manager.truncateAndReload(5, 50, 1_700_000_000_000);
  assertEquals([manager.producerIdCount, manager.firstUnstableOffset(), manager.mapEndOffset], [
    0,
    undefined,
    5,
  ]);
});

Deno.test("truncating fully removes all state and snapshots", () => {
  const { manager, env } = open();
  append(manager, 0, 0);
  manager.takeSnapshot();
  append(manager, 1, 1);
  manager.takeSnapshot();
  manager.truncateFullyAndStartAt(0);
  assertEquals([offsets(env), manager.producerIdCount], [[], 0]);
  append(manager, 0, 0);
  manager.takeSnapshot();
  assertEquals(offsets(env), [1]);
});

Deno.test("snapshots that others put into the directory are found on a full reload", () => {
  const { manager, env } = open();
  append(manager, 1, 1);
  append(manager, 2, 2);
  const path = manager.takeSnapshot()!;
  env.fileSystem.rename(path, "/saved");
  append(manager, 3, 3);
  append(manager, 4, 4);
  manager.takeSnapshot();
  manager.truncateAndReload(3, 5, 1_700_000_000_000);
  assertEquals(offsets(env), [5]);
  env.fileSystem.rename("/saved", path);
  manager.truncateFullyAndReloadSnapshots();
  assertEquals([manager.latestSnapshotOffset, offsets(env)], [3, [3]]);
});

Deno.test("when the log start rises, transactions ended below it and old snapshots no longer count", () => {
  const { manager } = open();
  append(manager, 0, 10, { transactional: true });
  end(manager, 11);
  assertEquals(manager.firstUnstableOffset(), 10);
  manager.onLogStartOffsetIncremented(11);
  assertEquals(manager.firstUnstableOffset(), 10);
  manager.onLogStartOffsetIncremented(20);
  assertEquals([manager.firstUnstableOffset(), manager.mapEndOffset], [undefined, 20]);
  // As of its start there is nothing to save.
  assertEquals(manager.takeSnapshot(), undefined);
});

Deno.test("snapshots below an offset are deleted", () => {
  const { manager, env } = open();
  append(manager, 0, 1);
  manager.takeSnapshot();
  append(manager, 1, 2);
  manager.takeSnapshot();
  manager.deleteSnapshotsBefore(3);
  assertEquals([offsets(env), manager.fetchSnapshot(2)], [[3], undefined]);
  assertEquals(manager.fetchSnapshot(3), "/log/00000000000000000003.snapshot");
  manager.deleteSnapshotsBefore(4);
  assertEquals(offsets(env), []);
});

function putSnapshots(env: ManualEnv, ...at: number[]): void {
  for (const offset of at) {
    const name = `${String(offset).padStart(20, "0")}.snapshot`;
    env.fileSystem.open(`${DIRECTORY}/${name}`, { create: true }).close();
  }
}

Deno.test("stray snapshots go, but for the newest one above all segments", () => {
  const { manager, env } = open();
  putSnapshots(env, 5, 2, 42);
  manager.removeStraySnapshots([5]);
  assertEquals([manager.oldestSnapshotOffset, manager.latestSnapshotOffset], [5, 42]);
  assertEquals(offsets(env), [5, 42]);
});

Deno.test("all stray snapshots below the last segment go", () => {
  const { manager, env } = open();
  putSnapshots(env, 5, 2, 42);
  manager.removeStraySnapshots([42]);
  assertEquals(offsets(env), [42]);
  manager.removeStraySnapshots([43]);
  assertEquals(offsets(env), []);
});

Deno.test("a snapshot is marked for deletion by its name, unless it is gone already", () => {
  const { env } = open();
  putSnapshots(env, 5, 6);
  const { manager } = open(env);
  const marked = manager.removeAndMarkSnapshotForDeletion(5);
  assertEquals(marked, "/log/00000000000000000005.snapshot.deleted");
  assertEquals(files(env), [
    "00000000000000000005.snapshot.deleted",
    "00000000000000000006.snapshot",
  ]);
  env.fileSystem.remove("/log/00000000000000000006.snapshot");
  assertEquals(manager.removeAndMarkSnapshotForDeletion(6), undefined);
  assertEquals(manager.latestSnapshotOffset, undefined);
  assertEquals(manager.removeAndMarkSnapshotForDeletion(7), undefined);
});

Deno.test("snapshots move with their directory", () => {
  const { manager, env } = open();
  append(manager, 0, 0);
  manager.takeSnapshot();
  env.fileSystem.rename(DIRECTORY, "/moved");
  manager.updateParentDir("/moved");
  assertEquals(manager.fetchSnapshot(1), "/moved/00000000000000000001.snapshot");
  manager.deleteSnapshotsBefore(2);
  assertEquals(env.fileSystem.list("/moved"), []);
});

for (
  const [damage, harm] of [
    ["empty", (file: { truncate(size: number): void; size(): number }) => file.truncate(0)],
    ["truncated", (file) => file.truncate(file.size() >> 1)],
    ["overwritten", (file) => file.write(0, new Uint8Array(37))],
    ["of an unknown version", (file) => file.write(0, new Uint8Array([0, 9]))],
  ] as readonly [string, (file: ReturnType<ManualEnv["fileSystem"]["open"]>) => void][]
) {
  Deno.test(`a snapshot that is ${damage} is removed with a warning, the one before is loaded`, () => {
    const { manager, env } = open();
    append(manager, 0, 0);
    manager.takeSnapshot();
    append(manager, 1, 1);
    const file = env.fileSystem.open(manager.takeSnapshot()!);
    harm(file);
    file.close();
    const reloaded = open(env).manager;
    reloaded.truncateAndReload(0, 20, 1_700_000_000_000);
    assertEquals(offsets(env), [1]);
    assertEquals(reloaded.lastEntry(ID)!.lastDataOffset, 0);
    const [warning] = env.logger.matching("Failed to load producer snapshot", "warn");
    assertEquals(warning!.fields["path"], "/log/00000000000000000002.snapshot");
    assertEquals(typeof warning!.fields["reason"], "string");
  });
}

Deno.test("verification entries are made once, cleared, and expire unverified", () => {
  const { manager, env } = open();
  const entry = manager.maybeCreateVerificationStateEntry(ID, 0, 0, true);
  assertStrictEquals(manager.maybeCreateVerificationStateEntry(ID, 0, 0, true), entry);
  assertStrictEquals(manager.verificationStateEntry(ID), entry);
  manager.clearVerificationStateEntry(ID);
  assertEquals(manager.verificationStateEntry(ID), undefined);

  manager.maybeCreateVerificationStateEntry(ID, 3, 0, true);
  const now = env.clock.now();
  manager.removeExpiredProducers(now + EXPIRATION - 1);
  assert(manager.verificationStateEntry(ID) !== undefined);
  manager.removeExpiredProducers(now + EXPIRATION);
  assertEquals(manager.verificationStateEntry(ID), undefined);
});

Deno.test("while a producer is being verified no higher sequence gets in, even with verification turned off", () => {
  for (const enabled of [true, false]) {
    const { manager } = open();
    const entry = manager.maybeCreateVerificationStateEntry(ID, 0, 0, false);
    manager.transactionVerificationEnabled = enabled;
    const error = assertThrows(() => append(manager, 4, 0, { transactional: true }));
    assertInstanceOf(error, ProducerStateError);
    assertStringIncludes(error.message, "4 (incoming seq. number), 0 (earliest seen sequence)");
    assertStrictEquals(manager.verificationStateEntry(ID), entry);
  }
});

Deno.test("an open transaction is one of the same epoch", () => {
  const { manager } = open();
  append(manager, 0, 5, { epoch: 3, transactional: true });
  assertEquals([2, 3, 4].map((epoch) => manager.hasOngoingTransaction(ID, epoch)), [
    ...[false, true, false],
  ]);
  end(manager, 6, { epoch: 3 });
  assertEquals(manager.hasOngoingTransaction(ID, 3), false);
});

Deno.test("a transaction that ends twice, as in a log that has its batches twice, is corrupt", () => {
  const { manager } = open();
  append(manager, 0, 10, { transactional: true });
  const completed = { producerId: ID, firstOffset: 10, lastOffset: 11, isAborted: false };
  manager.completeTxn(completed);
  assertThrows(() => manager.completeTxn(completed), CorruptRecordError, "has not begun");
});

Deno.test("transactions that begin behind a marker do not raise the last stable offset that it leaves", () => {
  const { manager } = open();
  append(manager, 0, 10, { transactional: true });
  // Taken in together with the marker at 11, as a follower does: this producer's next one, and another one's.
  append(manager, 1, 12, { transactional: true });
  append(manager, 0, 13, { id: 2, transactional: true });
  const completed = { producerId: ID, firstOffset: 10, lastOffset: 11, isAborted: true };
  assertEquals(manager.lastStableOffset(completed), 12);
});
