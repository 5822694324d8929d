import { assertEquals } from "@std/assert";
import { type ErrorName, errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { TransactionOfPartitions } from "../../../../cluster/coordinator/transaction/add_partitions.ts";
import { addOffsetsToTxnHandler } from "../../../../cluster/server/handlers/add_offsets_to_txn.ts";
import { ask } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";
import { transactionConfig } from "../../../support/transactions.ts";

const ID = "copier";
const LAST = 4;

function recording(refusal?: ErrorName) {
  const asked: [TransactionOfPartitions, number][] = [];
  const addPartitions = (request: TransactionOfPartitions, version: number) => {
    if (refusal !== undefined) throw new KafkaError(refusal);
    asked.push([request, version]);
  };
  return { asked, transactions: { addPartitions } };
}

const REQUEST = { transactionalId: ID, producerId: 7, producerEpoch: 1, groupId: "g" };

Deno.test("every version adds the partition that has the group, for a client of version 1", async () => {
  const image = imageOf({ topics: { __consumer_offsets: Array.from({ length: 50 }, () => ({})) } });
  const config = transactionConfig({ "offsets.topic.num.partitions": 3 });
  for (let version = 0; version <= LAST; version++) {
    const { asked, transactions } = recording();
    const handler = addOffsetsToTxnHandler({ transactions, image: () => image, config });
    assertEquals((await ask(handler, version, { ...REQUEST, groupId: "test-group" })).errorCode, 0);
    // As Java has it: the absolute value of "test-group".hashCode(), modulo 50.
    const partitions = [{ topic: "__consumer_offsets", partition: 12 }];
    const { groupId: _, ...producer } = REQUEST;
    assertEquals(asked, [[{ ...producer, partitions }, 0]]);
  }
});

Deno.test("before there is a topic of groups, its partitions are as many as it will have", async () => {
  const { asked, transactions } = recording();
  const config = transactionConfig({ "offsets.topic.num.partitions": 1 });
  const handler = addOffsetsToTxnHandler({ transactions, image: () => imageOf(), config });
  await ask(handler, LAST, { ...REQUEST, groupId: "test-group" });
  assertEquals(asked[0]![0].partitions, [{ topic: "__consumer_offsets", partition: 0 }]);
});

Deno.test("a transaction begins with it, and what is wrong is told in Kafka's order", async () => {
  for (let version = 0; version <= LAST; version++) {
    let isBlocked = false;
    await using broker = await TransactionBroker.start({
      intercept: (write) => (end, partitions) =>
        isBlocked ? partitions.map(() => "NOT_LEADER_OR_FOLLOWER") : write(end, partitions),
    });
    const { transactions, config } = broker;
    const handler = addOffsetsToTxnHandler({ transactions, image: () => broker.image, config });
    const begun = { transactionalId: ID, timeoutMs: 60_000, expected: undefined };
    const producer = await transactions.initProducerId(begun);
    const add = async (changes: Partial<typeof REQUEST> = {}) => {
      const request = { ...REQUEST, ...producer, ...changes };
      return errorName((await ask(handler, version, request)).errorCode);
    };
    assertEquals(await add({ transactionalId: "" }), "INVALID_REQUEST");
    assertEquals(await add({ transactionalId: "unknown" }), "INVALID_PRODUCER_ID_MAPPING");
    assertEquals(await add({ producerId: 1, producerEpoch: 9 }), "INVALID_PRODUCER_ID_MAPPING");
    assertEquals(
      await add({ producerEpoch: 9 }),
      version < 2 ? "INVALID_PRODUCER_EPOCH" : "PRODUCER_FENCED",
    );
    assertEquals((await transactions.describe(ID)).transactionState, "Empty");
    assertEquals(await add(), "NONE");
    const { transactionState, partitions } = await transactions.describe(ID);
    const { topic, partition } = broker.groupPartition("g");
    assertEquals([transactionState, partitions], [
      "Ongoing",
      new Map([[topic, new Set([partition])]]),
    ]);
    isBlocked = true;
    const end = { transactionalId: ID, ...producer, committed: true, clientTransactionVersion: 0 };
    await transactions.endTransaction(end);
    assertEquals(await add(), "CONCURRENT_TRANSACTIONS");
    // First of all, whoever asks.
    assertEquals(await add({ producerId: 1 }), "CONCURRENT_TRANSACTIONS");
  }
});

Deno.test("a coordinator that loads, and one that is not here, is told", async () => {
  for (const error of ["COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR"] as const) {
    const { transactions } = recording(error);
    const config = transactionConfig();
    const handler = addOffsetsToTxnHandler({ transactions, image: () => imageOf(), config });
    assertEquals(errorName((await ask(handler, 0, REQUEST)).errorCode), error);
  }
});
