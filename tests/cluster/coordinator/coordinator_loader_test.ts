import { assertEquals, assertRejects } from "@std/assert";
import { loadCoordinator } from "../../../cluster/coordinator/coordinator_loader.ts";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import {
  buildBatch,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";
import { type LedgerRecord, ledgerSerde, LedgerShard } from "../../support/ledger_shard.ts";
import { openReplicas } from "../../support/replicas.ts";

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
async function setUp() {
  const replicas = await openReplicas();
  const { env } = replicas;
  const shard = new LedgerShard(0, 0);
  const unknown: number[] = [];
  const load = (options: { bufferBytes?: number; isWanted?: () => boolean } = {}) =>
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
  const { replicas, load, append } = await setUp();
  await using _ = replicas;
  append(batch([{ account: "a", sum: 1 }]));
  assertEquals(await load({ isWanted: () => false }), undefined);
});
