import { assertEquals } from "@std/assert";
import { errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type {
  AddPartitionsToTxnTopic,
  AddPartitionsToTxnTopicResult,
  AddPartitionsToTxnTransaction,
} from "../../../../client/protocol/messages/add_partitions_to_txn.ts";
import { addPartitionsToTxnHandler } from "../../../../cluster/server/handlers/add_partitions_to_txn.ts";
import { ask, callOnError } from "../../../support/handler_call.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";

const ID = "copier";
const OF_PRODUCERS = [0, 1, 2, 3];
const OF_BROKERS = [4, 5];

const TOPICS: AddPartitionsToTxnTopic[] = [{ name: "a", partitions: [0, 1] }, {
  name: "b",
  partitions: [0],
}];

/** Errors by partition, in order. */
function told(results: readonly AddPartitionsToTxnTopicResult[]): string[] {
  return results.flatMap(({ name, resultsByPartition }) =>
    resultsByPartition.map(({ partitionIndex, partitionErrorCode }) =>
      `${name}-${partitionIndex} ${errorName(partitionErrorCode)}`
    )
  );
}

const all = (error: string) => ["a-0", "a-1", "b-0"].map((partition) => `${partition} ${error}`);

/** Transactions of which `blocked` do not end, and the handler. */
async function setUp() {
  const blocked = new Set<string>();
  const broker = await TransactionBroker.start({
    intercept: (write) => (end, partitions) =>
      blocked.size > 0 ? partitions.map(() => "NOT_LEADER_OR_FOLLOWER") : write(end, partitions),
  });
  const { transactions } = broker;
  const handler = addPartitionsToTxnHandler({ transactions, image: () => broker.image });
  return {
    broker,
    blocked,
    init: (transactionalId: string) =>
      transactions.initProducerId({ transactionalId, timeoutMs: 60_000, expected: undefined }),
    state: async (transactionalId = ID) => {
      const described = await transactions.describe(transactionalId);
      return [described.transactionState, [...described.partitions.keys()]];
    },
    /** As a producer. */
    add: async (
      version: number,
      transaction: Omit<AddPartitionsToTxnTransaction, "verifyOnly">,
    ) => {
      const { resultsByTopicV3AndBelow } = await ask(handler, version, {
        v3AndBelowTransactionalId: transaction.transactionalId,
        v3AndBelowProducerId: transaction.producerId,
        v3AndBelowProducerEpoch: transaction.producerEpoch,
        v3AndBelowTopics: transaction.topics,
      });
      return told(resultsByTopicV3AndBelow);
    },
    /** As a broker. */
    batch: async (version: number, transactions: readonly AddPartitionsToTxnTransaction[]) => {
      const { errorCode, resultsByTransaction } = await ask(handler, version, { transactions });
      assertEquals(errorCode, 0);
      return resultsByTransaction.map(({ transactionalId, topicResults }) => [
        transactionalId,
        ...told(topicResults),
      ]);
    },
  };
}

Deno.test("a producer adds partitions, with which its transaction begins", async () => {
  for (const version of OF_PRODUCERS) {
    const { broker, init, add, state } = await setUp();
    await using _ = broker;
    const request = { transactionalId: ID, ...await init(ID), topics: TOPICS };
    assertEquals(await add(version, request), all("NONE"));
    assertEquals(await state(), ["Ongoing", ["a", "b"]]);
    const { logEndOffset } = broker.replicas.log("__transaction_state", 0);
    // What is in it already is nothing new.
    assertEquals(await add(version, request), all("NONE"));
    assertEquals(broker.replicas.log("__transaction_state", 0).logEndOffset, logEndOffset);
  }
});

Deno.test("with one partition that there is not, none is added, whoever asks for them", async () => {
  const topics = [{ name: "a", partitions: [0, 9] }, { name: "none", partitions: [0] }];
  const errors = [
    "a-0 OPERATION_NOT_ATTEMPTED",
    "a-9 UNKNOWN_TOPIC_OR_PARTITION",
    "none-0 UNKNOWN_TOPIC_OR_PARTITION",
  ];
  const { broker, init, add, batch, state } = await setUp();
  await using _ = broker;
  const producer = await init(ID);
  for (const version of OF_PRODUCERS) {
    assertEquals(await add(version, { transactionalId: ID, ...producer, topics }), errors);
    // It is looked at first.
    assertEquals(
      await add(version, { transactionalId: "", producerId: 1, producerEpoch: 1, topics }),
      errors,
    );
  }
  for (const version of OF_BROKERS) {
    for (const verifyOnly of [true, false]) {
      const transaction = { transactionalId: ID, ...producer, verifyOnly, topics };
      assertEquals(await batch(version, [transaction]), [[ID, ...errors]]);
    }
  }
  assertEquals(await state(), ["Empty", []]);
});

Deno.test("what is wrong is told in Kafka's order, and a fenced producer is told what its client knows", async () => {
  for (const version of [...OF_PRODUCERS, ...OF_BROKERS]) {
    const { broker, blocked, init, add, batch } = await setUp();
    await using _ = broker;
    const producer = await init(ID);
    const errorsOf = async (changes: Partial<AddPartitionsToTxnTransaction>) => {
      const request = {
        transactionalId: ID,
        ...producer,
        topics: TOPICS,
        verifyOnly: false,
        ...changes,
      };
      if (version < 4) return await add(version, request);
      return (await batch(version, [request]))[0]!.slice(1);
    };
    assertEquals(await errorsOf({ transactionalId: "" }), all("INVALID_REQUEST"));
    assertEquals(
      await errorsOf({ transactionalId: "unknown" }),
      all("INVALID_PRODUCER_ID_MAPPING"),
    );
    assertEquals(
      await errorsOf({ producerId: 99, producerEpoch: 9 }),
      all("INVALID_PRODUCER_ID_MAPPING"),
    );
    assertEquals(
      await errorsOf({ producerEpoch: 9 }),
      all(version < 2 ? "INVALID_PRODUCER_EPOCH" : "PRODUCER_FENCED"),
    );
    assertEquals(await errorsOf({}), all("NONE"));
    blocked.add("all");
    const end = { transactionalId: ID, ...producer, committed: true, clientTransactionVersion: 0 };
    await broker.transactions.endTransaction(end);
    assertEquals(await errorsOf({ producerId: 99 }), all("CONCURRENT_TRANSACTIONS"));
  }
});

Deno.test("brokers ask for several transactions, each of which has its own answer", async () => {
  for (const version of OF_BROKERS) {
    const { broker, init, batch, state } = await setUp();
    await using _ = broker;
    const [one, two] = [await init("one"), await init("two")];
    const only = { verifyOnly: false, topics: [{ name: "a", partitions: [1] }] };
    assertEquals(
      await batch(version, [
        { transactionalId: "one", ...one, ...only },
        { transactionalId: "two", ...two, ...only, producerEpoch: 5 },
        { transactionalId: "none", ...two, ...only },
      ]),
      [
        ["one", "a-1 NONE"],
        ["two", "a-1 PRODUCER_FENCED"],
        ["none", "a-1 INVALID_PRODUCER_ID_MAPPING"],
      ],
    );
    assertEquals([await state("one"), await state("two")], [["Ongoing", ["a"]], ["Empty", []]]);
    assertEquals(await batch(version, []), []);
  }
});

Deno.test("brokers verify without adding anything", async () => {
  for (const version of OF_BROKERS) {
    const { broker, blocked, init, add, batch, state } = await setUp();
    await using _ = broker;
    const producer = await init(ID);
    const verify = async (changes: Partial<AddPartitionsToTxnTransaction> = {}) => {
      const request = { transactionalId: ID, ...producer, verifyOnly: true, topics: TOPICS };
      return (await batch(version, [{ ...request, ...changes }]))[0]!.slice(1);
    };
    assertEquals(await verify(), all("TRANSACTION_ABORTABLE"));
    assertEquals(await state(), ["Empty", []]);
    const topics = [{ name: "a", partitions: [1] }];
    await add(3, { transactionalId: ID, ...producer, topics });
    assertEquals(await verify(), [
      "a-0 TRANSACTION_ABORTABLE",
      "a-1 NONE",
      "b-0 TRANSACTION_ABORTABLE",
    ]);
    blocked.add("all");
    const end = { transactionalId: ID, ...producer, committed: true, clientTransactionVersion: 0 };
    await broker.transactions.endTransaction(end);
    assertEquals(await verify(), all("CONCURRENT_TRANSACTIONS"));
    // Here it is looked at last.
    assertEquals(await verify({ producerEpoch: 9 }), all("PRODUCER_FENCED"));
    assertEquals(await verify({ producerId: 99 }), all("INVALID_PRODUCER_ID_MAPPING"));
    assertEquals(await verify({ transactionalId: "" }), all("INVALID_REQUEST"));
  }
});

Deno.test("partitions are added for the transaction version that the asker speaks", async () => {
  const versions: number[] = [];
  const broker = await TransactionBroker.start();
  await using _ = broker;
  const handler = addPartitionsToTxnHandler({
    transactions: {
      addPartitions: (_request, version) => void versions.push(version),
      verifyPartitions: () => {
        throw new Error("nobody verifies");
      },
    },
    image: () => broker.image,
  });
  const producer = { producerId: 1, producerEpoch: 1 };
  for (const version of OF_PRODUCERS) {
    await ask(handler, version, {
      v3AndBelowTransactionalId: ID,
      v3AndBelowTopics: TOPICS,
      v3AndBelowProducerId: 1,
      v3AndBelowProducerEpoch: 1,
    });
  }
  const transaction = { transactionalId: ID, ...producer, verifyOnly: false, topics: TOPICS };
  for (const version of OF_BROKERS) await ask(handler, version, { transactions: [transaction] });
  assertEquals(versions, [0, 0, 0, 0, 2, 2]);
});

Deno.test("a coordinator that loads is told for each partition", async () => {
  const broker = await TransactionBroker.start();
  await using _ = broker;
  const loading = () => {
    throw new KafkaError("COORDINATOR_LOAD_IN_PROGRESS");
  };
  const transactions = { addPartitions: loading, verifyPartitions: loading };
  const handler = addPartitionsToTxnHandler({ transactions, image: () => broker.image });
  const producer = { producerId: 1, producerEpoch: 1 };
  const old = await ask(handler, 3, {
    v3AndBelowTransactionalId: ID,
    v3AndBelowTopics: TOPICS,
    v3AndBelowProducerId: 1,
    v3AndBelowProducerEpoch: 1,
  });
  assertEquals(told(old.resultsByTopicV3AndBelow), all("COORDINATOR_LOAD_IN_PROGRESS"));
  for (const verifyOnly of [true, false]) {
    const transaction = { transactionalId: ID, ...producer, verifyOnly, topics: TOPICS };
    const { resultsByTransaction: [result] } = await ask(handler, 5, {
      transactions: [transaction],
    });
    assertEquals(told(result!.topicResults), all("COORDINATOR_LOAD_IN_PROGRESS"));
  }
});

Deno.test("a request that fails as a whole has one error from version 4 on, and before one for each partition", async () => {
  const { broker } = await setUp();
  await using _ = broker;
  const { transactions } = broker;
  const handler = addPartitionsToTxnHandler({ transactions, image: () => broker.image });
  const old = callOnError(handler, 1, { v3AndBelowTopics: TOPICS }, "PRODUCER_FENCED");
  if (typeof old !== "object") throw new Error(old);
  assertEquals(told(old.resultsByTopicV3AndBelow), all("INVALID_PRODUCER_EPOCH"));
  const answer = callOnError(handler, 4, {}, "CLUSTER_AUTHORIZATION_FAILED");
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(errorName(answer.errorCode), "CLUSTER_AUTHORIZATION_FAILED");
});
