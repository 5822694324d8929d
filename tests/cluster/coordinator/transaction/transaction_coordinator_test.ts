import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { ProducerIdAndEpoch } from "../../../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import { listPartitions } from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import {
  TransactionBroker,
  type TransactionBrokerOptions,
} from "../../../support/transaction_broker.ts";
import { A0, metadataOf } from "../../../support/transactions.ts";

const ID = "copier";
const A1 = { topic: "a", partition: 1 };

async function begin(broker: TransactionBroker, transactionalId = ID) {
  const request = { transactionalId, timeoutMs: 60_000, expected: undefined };
  return { ...await broker.transactions.initProducerId(request), sequence: 0 };
}

function end(broker: TransactionBroker, producer: ProducerIdAndEpoch, committed = true) {
  const request = { transactionalId: ID, ...producer, committed, clientTransactionVersion: 2 };
  return broker.transactions.endTransaction(request);
}

const state = (broker: TransactionBroker) =>
  [...broker.transactions.list(
    { states: [], producerIds: [], durationMs: -1, matchesId: (id) => id === ID },
    0,
  )].map(({ state }) => state)[0];

Deno.test("what is committed is read, what is aborted is not, and the next transaction begins at once", async () => {
  await using broker = await TransactionBroker.start();
  const first = await begin(broker);
  await broker.produce(ID, first, A0, "one");
  await broker.produce(ID, first, A1, "two");
  assertEquals(broker.committed(A0), []);
  // The answer is there at once, and the partitions know when it is.
  const second = end(broker, first);
  assert(!(second instanceof Promise));
  assertEquals(second, { producerId: first.producerId, producerEpoch: 1 });
  assertEquals([broker.committed(A0), broker.committed(A1)], [["one"], ["two"]]);
  assertEquals(state(broker), "CompleteCommit");
  await broker.produce(ID, { ...second, sequence: 0 }, A0, "three");
  const third = await end(broker, second, false);
  assertEquals(broker.committed(A0), ["one"]);
  await broker.produce(ID, { ...third, sequence: 0 }, A0, "four");
  await end(broker, third);
  assertEquals(broker.committed(A0), ["one", "four"]);
  const log = broker.replicas.log("a", 0);
  assertEquals(log.lastStableOffset, log.logEndOffset);
});

Deno.test("committed offsets count with their transaction", async () => {
  await using broker = await TransactionBroker.start();
  let producer: ProducerIdAndEpoch = await begin(broker);
  assertEquals(await broker.commitOffset(ID, producer, "g", 5), "NONE");
  assertEquals(broker.committedOffset("g"), -1);
  producer = await end(broker, producer);
  assertEquals(broker.committedOffset("g"), 5);
  assertEquals(await broker.commitOffset(ID, producer, "g", 9), "NONE");
  producer = await end(broker, producer, false);
  assertEquals(broker.committedOffset("g"), 5);
  await broker.failOver();
  assertEquals(broker.committedOffset("g"), 5);
});

Deno.test("a partition outside of the transaction is not written to", async () => {
  await using broker = await TransactionBroker.start({ transactionVersion: 0 });
  const producer = await begin(broker);
  const refused = await broker.produce(ID, producer, A0, "x", 1);
  assertEquals(refused.error, "INVALID_TXN_STATE");
  await broker.transactions.addPartitions(
    { ...producer, transactionalId: ID, partitions: [A0] },
    0,
  );
  assertEquals((await broker.produce(ID, producer, A0, "x", 1)).error, "NONE");
  assertEquals((await broker.produce(ID, producer, A1, "x", 1)).error, "INVALID_TXN_STATE");
});

Deno.test("a producer that another one has replaced writes nothing any more", async () => {
  await using broker = await TransactionBroker.start();
  const zombie = await begin(broker);
  await broker.produce(ID, zombie, A0, "zombie");
  const request = { transactionalId: ID, timeoutMs: 60_000, expected: undefined };
  const error = assertThrows(() => broker.transactions.initProducerId(request), KafkaError);
  assertEquals(error.code, "CONCURRENT_TRANSACTIONS");
  const producer = await begin(broker);
  assertEquals(producer.producerEpoch, zombie.producerEpoch + 2);
  for (const partition of [A0, A1]) {
    const { error } = await broker.produce(ID, { ...zombie, sequence: 1 }, partition, "late");
    assertEquals(error, "INVALID_PRODUCER_EPOCH");
  }
  const fenced = assertThrows(() => end(broker, zombie), KafkaError);
  assertEquals(fenced.code, "PRODUCER_FENCED");
  assertEquals(broker.committed(A0), []);
});

Deno.test("a transaction goes on after a failover and after the process was killed, wherever it was", async () => {
  for (const lose of ["failOver", "kill"] as const) {
    const blocked = new Set<string>();
    const intercept: TransactionBrokerOptions["intercept"] = (write) => (marker, partitions) =>
      blocked.size > 0
        ? partitions.map(() => "NOT_LEADER_OR_FOLLOWER" as const)
        : write(marker, partitions);
    const broker = await TransactionBroker.start({ intercept });
    await using _ = broker;
    const producer = await begin(broker);
    await broker[lose]();
    assertEquals(state(broker), "Empty");
    await broker.produce(ID, producer, A0, "one");
    await broker[lose]();
    assertEquals(state(broker), "Ongoing");
    await broker.produce(ID, producer, A1, "two");
    blocked.add("all");
    const next = await end(broker, producer);
    assertEquals(state(broker), "PrepareCommit");
    assertEquals(broker.committed(A0), []);
    await broker[lose]();
    assertEquals(state(broker), "PrepareCommit");
    blocked.clear();
    await broker.env.clock.advance(1000);
    assertEquals(state(broker), "CompleteCommit");
    await broker[lose]();
    assertEquals([broker.committed(A0), broker.committed(A1)], [["one"], ["two"]]);
    await broker.produce(ID, { ...next, sequence: 0 }, A0, "three");
    await end(broker, next);
    assertEquals(broker.committed(A0), ["one", "three"]);
  }
});

Deno.test("a marker that was written, and whose answer was lost, does no harm a second time", async () => {
  let lost = 2;
  const intercept: TransactionBrokerOptions["intercept"] =
    (write) => async (marker, partitions) => {
      const errors = await write(marker, partitions);
      return lost-- > 0 ? errors.map(() => "REQUEST_TIMED_OUT" as const) : errors;
    };
  await using broker = await TransactionBroker.start({ intercept });
  const producer = await begin(broker);
  await broker.produce(ID, producer, A0, "one");
  await end(broker, producer);
  await broker.env.clock.advance(1000);
  assertEquals([state(broker), broker.committed(A0)], ["CompleteCommit", ["one"]]);
  assertEquals(broker.replicas.log("a", 0).logEndOffset, 4);
});

Deno.test("a transaction ends without the partitions that were deleted meanwhile", async () => {
  let isBlocked = true;
  const intercept: TransactionBrokerOptions["intercept"] = (write) => (marker, partitions) =>
    isBlocked ? partitions.map(() => "KAFKA_STORAGE_ERROR" as const) : write(marker, partitions);
  await using broker = await TransactionBroker.start({ intercept });
  const producer = await begin(broker);
  await broker.produce(ID, producer, A0, "one");
  await broker.produce(ID, producer, { topic: "b", partition: 0 }, "two");
  await end(broker, producer);
  broker.deleteTopic("b");
  isBlocked = false;
  await broker.env.clock.advance(1000);
  assertEquals([state(broker), broker.committed(A0)], ["CompleteCommit", ["one"]]);
});

Deno.test("a transaction that takes too long is aborted in its partitions", async () => {
  await using broker = await TransactionBroker.start();
  const producer = await begin(broker);
  await broker.produce(ID, producer, A0, "one");
  await broker.env.clock.advance(75_000);
  const log = broker.replicas.log("a", 0);
  assertEquals([state(broker), log.lastStableOffset], ["CompleteAbort", log.logEndOffset]);
  const { error } = await broker.produce(ID, { ...producer, sequence: 1 }, A0, "late");
  assertEquals(error, "INVALID_PRODUCER_EPOCH");
  // A client of version 2 that aborts in the end hears that it was done, and goes on.
  const next = await end(broker, producer, false);
  assertEquals(next.producerEpoch, producer.producerEpoch + 1);
});

Deno.test("many transactions of many partitions take too long, and are not too much for one batch", async () => {
  const numbers = new Set(Array.from({ length: 2000 }, (_, i) => i));
  const startTimestamp = 1_700_000_000_000;
  const known = Array.from({ length: 300 }, (_, i) =>
    metadataOf({
      transactionalId: `t${i}`,
      state: "Ongoing",
      startTimestamp,
      // They were deleted, and need no markers.
      partitions: new Map([["gone", numbers]]),
    }));
  await using broker = await TransactionBroker.start({ known });
  await broker.env.clock.advance(90_000);
  const all = { states: [], producerIds: [], durationMs: -1, matchesId: () => true };
  const states = [...broker.transactions.list(all, 0)].map(({ state }) => state);
  assertEquals([states.length, [...new Set(states)]], [300, ["CompleteAbort"]]);
});

Deno.test("a transaction can be described while its partitions are told", async () => {
  let isBlocked = true;
  const intercept: TransactionBrokerOptions["intercept"] = (write) => (marker, partitions) => {
    const open = partitions.filter(({ partition }) => !isBlocked || partition === 0);
    const errors = write(marker, open);
    assert(!(errors instanceof Promise));
    let i = 0;
    return partitions.map((each) =>
      open.includes(each) ? errors[i++]! : "NOT_LEADER_OR_FOLLOWER" as const
    );
  };
  await using broker = await TransactionBroker.start({ intercept });
  const producer = await begin(broker);
  await broker.produce(ID, producer, A0, "one");
  await broker.produce(ID, producer, A1, "two");
  await end(broker, producer);
  const described = await broker.transactions.describe(ID);
  assertEquals(described.transactionState, "PrepareCommit");
  assertEquals(listPartitions(described.partitions), [A1]);
  assertEquals(broker.transactions.pendingMarkers, 1);
  isBlocked = false;
  await broker.env.clock.advance(1000);
  assertEquals((await broker.transactions.describe(ID)).partitions.size, 0);
  assertEquals(broker.transactions.pendingMarkers, 0);
});

Deno.test("an id that is empty is refused, and one of a partition that is elsewhere is not answered for", async () => {
  await using broker = await TransactionBroker.start();
  const refused = (run: () => unknown) => assertThrows(run, KafkaError).code;
  assertEquals(refused(() => broker.transactions.describe("")), "INVALID_REQUEST");
  assertEquals(refused(() => broker.transactions.describe("x")), "TRANSACTIONAL_ID_NOT_FOUND");
  await broker.transactions.shutdown();
  assertEquals(refused(() => broker.transactions.describe("x")), "NOT_COORDINATOR");
});

Deno.test("what is written stays Kafka's: version 1 of values, and 0 before transaction version 1", async () => {
  for (const [transactionVersion, expected] of [[2, 1], [0, 0]] as const) {
    await using broker = await TransactionBroker.start({ transactionVersion });
    await begin(broker);
    const versions: number[] = [];
    for (const partition of [0, 1]) {
      const log = broker.replicas.log("__transaction_state", partition);
      const read = log.read(0, { maxBytes: 1 << 20, isolation: "log_end" });
      for (const batch of batchesIn(read.bytes())) {
        for (const { value } of batch.records()) versions.push(value![1]!);
      }
    }
    assertEquals(versions, [expected]);
  }
});
