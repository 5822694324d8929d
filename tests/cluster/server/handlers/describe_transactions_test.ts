import { assertEquals, assertRejects } from "@std/assert";
import { type ErrorName, errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { DescribeTransactionsResponseTransactionState } from "../../../../client/protocol/messages/describe_transactions.ts";
import { describeTransactionsHandler } from "../../../../cluster/server/handlers/describe_transactions.ts";
import { ask, callOnError } from "../../../support/handler_call.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";
import { A0, B1 } from "../../../support/transactions.ts";

const A1 = { topic: "a", partition: 1 };

/** What is told of a transaction that there is nothing to tell of. */
function nothing(transactionalId: string, error: ErrorName) {
  return {
    errorCode: error,
    transactionalId,
    transactionState: "",
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  };
}

const named = (states: readonly DescribeTransactionsResponseTransactionState[]) =>
  states.map((state) => ({ ...state, errorCode: errorName(state.errorCode) }));

Deno.test("transactions are told in the order of the request, each for itself", async () => {
  await using broker = await TransactionBroker.start({ topics: { a: 2, b: 2 } });
  const { transactions, env } = broker;
  const handler = describeTransactionsHandler({ transactions });
  const init = (transactionalId: string) =>
    transactions.initProducerId({ transactionalId, timeoutMs: 40_000, expected: undefined });
  const one = await init("one");
  await init("two");
  await env.clock.advance(77);
  const transactionStartTimeMs = env.clock.now();
  const partitions = [A0, A1, B1];
  await transactions.addPartitions({ transactionalId: "one", ...one, partitions }, 0);
  const { transactionStates } = await ask(handler, 0, {
    transactionalIds: ["two", "", "none", "one"],
  });
  assertEquals(named(transactionStates), [
    {
      errorCode: "NONE",
      transactionalId: "two",
      transactionState: "Empty",
      transactionTimeoutMs: 40_000,
      transactionStartTimeMs: -1,
      producerId: one.producerId + 1,
      producerEpoch: 0,
      topics: [],
    },
    nothing("", "INVALID_REQUEST"),
    nothing("none", "TRANSACTIONAL_ID_NOT_FOUND"),
    {
      errorCode: "NONE",
      transactionalId: "one",
      transactionState: "Ongoing",
      transactionTimeoutMs: 40_000,
      transactionStartTimeMs,
      producerId: one.producerId,
      producerEpoch: 0,
      topics: [{ topic: "a", partitions: [0, 1] }, { topic: "b", partitions: [1] }],
    },
  ]);
});

Deno.test("of a transaction that ends, the partitions are told that do not know it", async () => {
  await using broker = await TransactionBroker.start({
    intercept: (write) => async (end, partitions) => {
      const isA1 = partitions.map(({ topic, partition }) => topic === "a" && partition === 1);
      await write(end, partitions.filter((_, i) => !isA1[i]));
      return isA1.map((stays) => stays ? "KAFKA_STORAGE_ERROR" : "NONE");
    },
  });
  const { transactions } = broker;
  const handler = describeTransactionsHandler({ transactions });
  const request = { transactionalId: "one", timeoutMs: 40_000, expected: undefined };
  const one = { transactionalId: "one", ...await transactions.initProducerId(request) };
  await transactions.addPartitions({ ...one, partitions: [A0, A1] }, 0);
  await transactions.endTransaction({ ...one, committed: true, clientTransactionVersion: 0 });
  await broker.env.clock.advance(10);
  const { transactionStates: [state] } = await ask(handler, 0, { transactionalIds: ["one"] });
  assertEquals([state!.transactionState, state!.topics], [
    "PrepareCommit",
    [{ topic: "a", partitions: [1] }],
  ]);
});

Deno.test("a coordinator that loads, and one that is not here, is told of each transaction", async () => {
  const handler = describeTransactionsHandler({
    transactions: {
      describe: (id) => {
        throw new KafkaError(id === "a" ? "COORDINATOR_LOAD_IN_PROGRESS" : "NOT_COORDINATOR");
      },
    },
  });
  const { transactionStates } = await ask(handler, 0, { transactionalIds: ["a", "b"] });
  assertEquals(named(transactionStates), [
    nothing("a", "COORDINATOR_LOAD_IN_PROGRESS"),
    nothing("b", "NOT_COORDINATOR"),
  ]);
});

Deno.test("what is no error of Kafka's is not told as one of a transaction", async () => {
  const handler = describeTransactionsHandler({
    transactions: { describe: () => Promise.reject(new TypeError("broken")) },
  });
  await assertRejects(() => ask(handler, 0, { transactionalIds: ["a"] }), TypeError, "broken");
  const request = { transactionalIds: ["a", "b"] };
  const answer = callOnError(handler, 0, request, "UNKNOWN_SERVER_ERROR");
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(named(answer.transactionStates), [
    nothing("a", "UNKNOWN_SERVER_ERROR"),
    nothing("b", "UNKNOWN_SERVER_ERROR"),
  ]);
});
