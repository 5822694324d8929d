import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadCoordinator } from "../../../cluster/coordinator/coordinator_loader.ts";
import type { CoordinatorSerde } from "../../../cluster/coordinator/coordinator_shard.ts";
import {
  type GroupMetadataRecord,
  groupSerde,
  type OffsetCommitRecord,
} from "../../../cluster/coordinator/group_records.ts";
import { transactionSerde } from "../../../cluster/coordinator/transaction/transaction_record.ts";
import { encode, messageOf } from "../../../storage/message/message_codec.ts";
import { groupCoordinatorSchemas } from "../../../storage/message/schemas/group_coordinator.ts";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import {
  buildEndTransactionMarker,
  controlRecordKey,
} from "../../../storage/record/control_record.ts";
import {
  buildBatch,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";
import { HastyClock } from "../../support/hasty_clock.ts";
import { type LedgerRecord, ledgerSerde, LedgerShard } from "../../support/ledger_shard.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { openReplicas } from "../../support/replicas.ts";
import { A0, B1, metadataOf } from "../../support/transactions.ts";

const PRODUCER = 7;

function batch(records: readonly LedgerRecord[], options: RecordBatchOptions = {}): Uint8Array {
  return buildBatch(
    records.map((record) => ({
      key: ledgerSerde.encodeKey(record),
      value: ledgerSerde.encodeValue(record),
      timestamp: 5,
    })),
    options,
  );
}

const transactional = {
  producerId: PRODUCER,
  producerEpoch: 0,
  baseSequence: 0,
  isTransactional: true,
};

function marker(type: "COMMIT" | "ABORT"): Uint8Array {
  const timestamp = 1_700_000_000_000;
  return buildEndTransactionMarker({
    type,
    timestamp,
    producerId: PRODUCER,
    producerEpoch: 0,
    coordinatorEpoch: 1,
  });
}

/** A loader's surroundings; `append` writes what coordinators would. */
async function setUp(env = manualEnv()) {
  const replicas = await openReplicas({ env });
  const shard = new LedgerShard(0, 0);
  const unknown: number[] = [];
  const load = (
    options: { log?: PartitionLog; bufferBytes?: number; isWanted?: () => boolean } = {},
  ) =>
    loadCoordinator({
      log: replicas.log(),
      clock: env.clock,
      serde: ledgerSerde,
      shard,
      bufferBytes: 1 << 20,
      isWanted: () => true,
      onUnknown: (offset) => unknown.push(offset),
      ...options,
    });
  const append = (bytes: Uint8Array) =>
    replicas.log().appendAsLeader(bytes, 0, {
      origin: "coordinator",
      transactionVersion: 1,
      // The transaction's coordinator knows of the partition.
      verificationGuard: replicas.log().maybeStartTransactionVerification(PRODUCER, 0, 0, false),
    });
  return { replicas, shard, unknown, load, append };
}

Deno.test("a coordinator is what its records say, the last of a key", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "a", sum: 1 }, { account: "b", sum: 2 }]));
  append(batch([{ account: "a", sum: 3 }, { account: "b", sum: null }, { account: "c", sum: 4 }]));
  assertEquals(await load(), 5);
  assertEquals([...shard.sums], [["a", 3], ["c", 4]]);
  assertEquals(shard.offsets, [0, 1, 2, 3, 4]);
});

Deno.test("reads that hold less than a batch get to the end as well", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  for (let i = 0; i < 50; i++) {
    append(batch([{ account: `a${i}`, sum: i }, { account: "x", sum: i }]));
  }
  assertEquals(await load({ bufferBytes: 10 }), 100);
  assertEquals([shard.sums.size, shard.sums.get("x")], [51, 49]);
});

Deno.test("records of transactions count when they are committed, and not when they are aborted or open", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "a", sum: 1 }]));
  append(batch([{ account: "a", sum: 2 }], transactional));
  append(marker("ABORT"));
  append(batch([{ account: "b", sum: 3 }], transactional));
  append(marker("COMMIT"));
  append(batch([{ account: "c", sum: 4 }], transactional));
  await load();
  assertEquals([...shard.sums], [["a", 1], ["b", 3]]);
  assertEquals([...shard.pending.keys()], [PRODUCER]);
});

Deno.test("records of later versions are passed over", async () => {
  const { replicas, shard, unknown, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "?new", sum: 1 }, { account: "a", sum: 2 }]));
  await load();
  assertEquals([unknown, [...shard.sums]], [[0], [["a", 2]]]);
});

Deno.test("a damaged record ends the load", async () => {
  const { replicas, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "a", sum: 1 }]));
  const damaged = loadCoordinator({
    log: replicas.log(),
    clock: replicas.env.clock,
    serde: {
      ...ledgerSerde,
      decode: () => {
        throw new ProtocolError("it is damaged");
      },
    },
    shard: new LedgerShard(0, 0),
    bufferBytes: 1000,
    isWanted: () => true,
    onUnknown: () => {},
  });
  await assertRejects(() => damaged, ProtocolError, "it is damaged");
  await load();
});

Deno.test("a load that is not wanted any more says so", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "a", sum: 1 }]));
  assertEquals(await load({ isWanted: () => false }), undefined);
  assertEquals(shard.sums.size, 0);
});

Deno.test("a load begins where the log does, be it within a batch", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  append(batch([1, 2, 3, 4].map((sum) => ({ account: `a${sum}`, sum }))));
  replicas.log().maybeIncrementHighWatermark(4);
  replicas.log().deleteRecords(2);
  assertEquals(await load(), 2);
  assertEquals([...shard.sums.keys()], ["a3", "a4"]);
});

/** A log whose end is further than its records reach. */
function logOf(logEndOffset: number, bytes: Uint8Array): PartitionLog {
  const log: Pick<PartitionLog, "logStartOffset" | "logEndOffset"> & { read: unknown } = {
    logStartOffset: 0,
    logEndOffset,
    read: (offset: number) => ({
      size: offset === 0 ? bytes.length : 0,
      readInto: (target: Uint8Array) => {
        if (offset === 0) target.set(bytes);
        return offset === 0 ? bytes.length : 0;
      },
    }),
  };
  return log as PartitionLog;
}

Deno.test("a log that lacks records at its end is loaded", async () => {
  const { replicas, shard, load } = await setUp();
  await using _ = replicas;
  assertEquals(await load({ log: logOf(10, batch([{ account: "a", sum: 1 }])) }), 1);
  assertEquals([...shard.sums], [["a", 1]]);
});

Deno.test("records without a key and control records of no transaction are no coordinator's", async () => {
  const { replicas, shard, load, append } = await setUp();
  await using _ = replicas;
  append(buildBatch([{ key: null, value: new Uint8Array([1]), timestamp: 5 }], {}));
  append(batch([{ account: "a", sum: 2 }], transactional));
  assertEquals(await load(), 1);
  const change = { key: controlRecordKey("LEADER_CHANGE"), value: null, timestamp: 5 };
  const control = buildBatch([change], { ...transactional, isControlBatch: true });
  assertEquals(await load({ log: logOf(1, control) }), 0);
  assertEquals([shard.sums.size, [...shard.pending.keys()]], [0, [PRODUCER]]);
});

Deno.test("others get their turns while records are read, also when they are ends of transactions only", async () => {
  for (const write of [() => batch([{ account: "a", sum: 1 }]), () => marker("COMMIT")]) {
    const clock = new HastyClock();
    const { replicas, load, append } = await setUp({ ...manualEnv(), clock });
    await using _ = replicas;
    for (let i = 0; i < 600; i++) append(write());
    clock.turns = 0;
    await load();
    assertEquals(clock.turns, 2);
  }
});

Deno.test("a load that is not wanted any more ends with its slice", async () => {
  const clock = new HastyClock();
  const { replicas, shard, load, append } = await setUp({ ...manualEnv(), clock });
  await using _ = replicas;
  append(batch(Array.from({ length: 600 }, (_, sum) => ({ account: "a", sum }))));
  clock.turns = 0;
  assertEquals(await load({ isWanted: () => clock.turns === 0 }), undefined);
  assertEquals(shard.sums.get("a"), 255);
});

/** A record as bytes; those of records that a later version of Kafka has written have more than is known here. */
interface Written {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/** Loads records from a log, each with a read of its own into the same memory. */
async function loaded<Rec>(
  serde: CoordinatorSerde<Rec>,
  written: readonly Written[],
): Promise<Rec[]> {
  const { replicas, append } = await setUp();
  await using _ = replicas;
  for (const record of written) append(buildBatch([record], {}));
  const records: Rec[] = [];
  const memories = new Set<ArrayBufferLike>();
  const decode = (key: Uint8Array, value: Uint8Array | null) => {
    memories.add(key.buffer);
    return serde.decode(key, value);
  };
  await loadCoordinator<Rec>({
    log: replicas.log(),
    clock: replicas.env.clock,
    serde: { ...serde, decode },
    shard: { replay: (record) => void records.push(record), replayEndTransaction: () => {} },
    bufferBytes: 10,
    isWanted: () => true,
    onUnknown: () => {},
  });
  // It is another one only when a batch is larger than those before.
  assert(memories.size < written.length / 2, `${memories.size} memories`);
  return records;
}

/** Every view in a value. */
function* views(value: unknown): Generator<Uint8Array> {
  if (value instanceof Uint8Array) yield value;
  else if (value instanceof Map || value instanceof Set) {
    for (const one of value) yield* views(one);
  } else if (typeof value === "object" && value !== null) {
    for (const one of Object.values(value)) yield* views(one);
  }
}

/** Fails when a record changes as others are read, or has memory of others. */
async function assertOwnsItsBytes<Rec>(
  serde: CoordinatorSerde<Rec>,
  written: readonly Written[],
): Promise<void> {
  const records = await loaded(serde, written);
  assertEquals(records, written.map(({ key, value }) => serde.decode(key, value)!));
  for (const { length, buffer } of views(records)) assertEquals(length, buffer.byteLength);
}

/** A value of the latest version, with a tagged field of a later one in it and in what it has many of. */
function valueFromLater(name: string, value: object, many?: string): Uint8Array {
  const schema = groupCoordinatorSchemas().find((one) => one.name === name)!;
  const unknownTaggedFields = [{ tag: 77, data: new Uint8Array([1, 2, 3]) }];
  const elements = many === undefined ? {} : {
    [many]: (value as Record<string, object[]>)[many]!.map((one) => ({
      ...one,
      unknownTaggedFields,
    })),
  };
  const more = { ...value, ...elements, unknownTaggedFields };
  return new Uint8Array([0, 4, ...encode(messageOf<object>(schema), 4, more)]);
}

const offsetOf = (topic: string): OffsetCommitRecord => ({
  type: "offsetCommit",
  group: "group",
  topic,
  partition: 3,
  value: {
    offset: 42,
    leaderEpoch: 7,
    metadata: `metadata of ${topic}`,
    commitTimestamp: 1000,
    expireTimestamp: -1,
    topicId: "AAAAAAAAAAAAAAAAAAAABB",
  },
});

const groupOf = (name: string): GroupMetadataRecord => ({
  type: "groupMetadata",
  group: name,
  value: {
    protocolType: "consumer",
    generation: 5,
    protocol: "range",
    leader: name,
    currentStateTimestamp: 2000,
    members: [1, 2].map((number) => ({
      memberId: `${name}${number}`,
      groupInstanceId: name,
      clientId: name,
      clientHost: "/127.0.0.1",
      rebalanceTimeout: 60_000,
      sessionTimeout: 10_000,
      subscription: new TextEncoder().encode(`subscription of ${name}`),
      assignment: new TextEncoder().encode(`assignment of ${name}`),
    })),
  },
});

Deno.test("what is read of groups and offsets is theirs: the memory of the next read is the same", async () => {
  const [a, b] = [offsetOf("aaa"), offsetOf("bbb")];
  const [g, h] = [groupOf("ggg"), groupOf("hhh")];
  const write = (record: OffsetCommitRecord | GroupMetadataRecord, value?: Uint8Array) => ({
    key: groupSerde.encodeKey(record),
    value: value ?? groupSerde.encodeValue(record),
  });
  const other = (name: string) => ({
    key: new Uint8Array([0, 3, 0, 3, ...new TextEncoder().encode(name)]),
    value: new TextEncoder().encode(`\0\0 what ${name} is`),
  });
  await assertOwnsItsBytes(groupSerde, [
    write(a),
    write(b),
    write(a, valueFromLater("OffsetCommitValue", a.value!)),
    write(b, valueFromLater("OffsetCommitValue", b.value!)),
    write(g),
    write(h),
    write(g, valueFromLater("GroupMetadataValue", g.value!, "members")),
    write(h, valueFromLater("GroupMetadataValue", h.value!, "members")),
    other("one"),
    other("two"),
  ]);
});

Deno.test("what is read of transactions is theirs, too", async () => {
  const write = (transactionalId: string, valueVersion: number): Written => {
    const value = metadataOf({
      transactionalId,
      state: "Ongoing",
      partitions: new Map([[A0.topic, new Set([1, 2])], [B1.topic, new Set([3])]]),
    });
    const record = { transactionalId, value, valueVersion };
    return {
      key: transactionSerde.encodeKey(record),
      value: transactionSerde.encodeValue(record),
    };
  };
  await assertOwnsItsBytes(transactionSerde, [
    write("one", 0),
    write("two", 0),
    write("one", 1),
    write("two", 1),
    { ...write("one", 1), value: null },
  ]);
});
