import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { AppendEntry } from "../../../cluster/replication/append.ts";
import {
  mayBeTransactional,
  noTransactions,
  transactionalEntries,
  type TransactionVerification,
  type TransactionVerifier,
  verifyTransaction,
} from "../../../cluster/replication/transaction_verification.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, openReplicas, type TestReplicas } from "../../support/replicas.ts";

function transactional(
  topic: string,
  options: { producerId?: number; epoch?: number; sequence?: number } = {},
) {
  const records = batchOf(["a"], {
    producerId: options.producerId ?? 7,
    producerEpoch: options.epoch ?? 0,
    baseSequence: options.sequence ?? 0,
    isTransactional: true,
  });
  return new AppendEntry({ topic, partition: 0 }, ZERO_UUID, records);
}

function plain(topic: string): AppendEntry {
  return new AppendEntry({ topic, partition: 0 }, ZERO_UUID, batchOf(["a"]));
}

function verify(
  { replicaManager }: TestReplicas,
  entries: AppendEntry[],
  verifier: TransactionVerifier,
  options: { enabled?: boolean; supportsEpochBump?: boolean } = {},
) {
  return verifyTransaction(
    { getPartition: replicaManager.getPartition, verifier, enabled: options.enabled ?? true },
    transactionalEntries(entries)!,
    {
      transactionalId: "tx",
      supportsEpochBump: options.supportsEpochBump ?? false,
      supportsAbortableError: false,
    },
  );
}

Deno.test("transactional batches are found by their header", () => {
  assertEquals(mayBeTransactional(transactional("t").records), true);
  assertEquals(mayBeTransactional(plain("t").records), false);
  assertEquals(mayBeTransactional(new Uint8Array(0)), false);
  assertEquals(transactionalEntries([plain("t")]), undefined);
  const failed = transactional("t");
  failed.fail("CORRUPT_MESSAGE");
  assertEquals(transactionalEntries([failed]), undefined);
  const entries = [plain("a"), transactional("b", { sequence: 4 })];
  assertEquals(transactionalEntries(entries), {
    producerId: 7,
    producerEpoch: 0,
    entries: [{ entry: entries[1]!, baseSequence: 4 }],
  });
});

Deno.test("a request is of one producer", () => {
  for (const other of [{ producerId: 8 }, { epoch: 1 }]) {
    const error = assertThrows(
      () => transactionalEntries([transactional("a"), transactional("b", other)]),
      KafkaError,
      "Transactional records contained more than one producer ID",
    );
    assertEquals(error.code, "INVALID_PRODUCER_ID_MAPPING");
  }
});

Deno.test("the coordinator is asked once for all partitions whose transaction is not open, and its word is final", async () => {
  await using replicas = await openReplicas({
    topics: { a: [assigned()], b: [assigned()], open: [assigned()] },
  });
  replicas.log("open").appendAsLeader(transactional("open").records, 0, { origin: "replication" });
  const asked: TransactionVerification[] = [];
  const entries = [
    transactional("a"),
    transactional("b"),
    transactional("open", { sequence: 1 }),
    transactional("none"),
  ];
  const guards = await verify(replicas, entries, (verification) => {
    asked.push(verification);
    return Promise.resolve<ErrorName[]>(["NONE", "INVALID_TXN_STATE"]);
  });
  assertEquals(asked, [{
    transactionalId: "tx",
    producerId: 7,
    producerEpoch: 0,
    supportsEpochBump: false,
    supportsAbortableError: false,
    partitions: [{ topic: "a", partition: 0 }, { topic: "b", partition: 0 }],
  }]);
  assertEquals(entries.map(({ error }) => error), [
    "NONE",
    "INVALID_TXN_STATE",
    "NONE",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  const guard = guards.get(entries[0]!);
  assert(guard !== undefined && !guards.has(entries[2]!));
  const { duplicate } = replicas.log("a").appendAsLeader(entries[0]!.records, 0, {
    verificationGuard: guard,
  });
  assertEquals([duplicate, replicas.log("a").logEndOffset], [false, 1]);
});

Deno.test("a producer that was fenced is refused without asking", async () => {
  await using replicas = await openReplicas();
  replicas.log().appendAsLeader(transactional("t", { epoch: 5 }).records, 0, {
    origin: "replication",
  });
  const entry = transactional("t", { epoch: 4 });
  verify(replicas, [entry], () => {
    throw new Error("not to be asked");
  });
  assertEquals(entry.error, "INVALID_PRODUCER_EPOCH");
});

Deno.test("errors of the coordinator become ones that producers know", async () => {
  await using replicas = await openReplicas();
  const answer = (error: ErrorName, supportsEpochBump: boolean) => {
    const entry = transactional("t");
    verify(replicas, [entry], () => [error], { supportsEpochBump });
    return [entry.error, entry.errorMessage];
  };
  for (
    const error of ["NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE", "NETWORK_EXCEPTION"] as const
  ) {
    assertEquals(answer(error, true), [
      "NOT_ENOUGH_REPLICAS",
      `Unable to verify the partition has been added to the transaction. Underlying error: ${error}`,
    ]);
  }
  assertEquals(answer("CONCURRENT_TRANSACTIONS", false)[0], "NOT_ENOUGH_REPLICAS");
  assertEquals(answer("CONCURRENT_TRANSACTIONS", true), ["CONCURRENT_TRANSACTIONS", null]);
  assertEquals(answer("INVALID_PRODUCER_EPOCH", true), ["INVALID_PRODUCER_EPOCH", null]);
});

Deno.test("verification can be switched off for clients of transactions version 1", async () => {
  await using replicas = await openReplicas();
  const entry = transactional("t");
  verify(replicas, [entry], noTransactions, { enabled: false });
  assertEquals(entry.error, "NONE");
  verify(replicas, [entry], noTransactions, { enabled: false, supportsEpochBump: true });
  assertEquals(entry.error, "INVALID_TXN_STATE");
});
