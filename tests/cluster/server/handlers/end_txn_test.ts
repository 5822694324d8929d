import { assertEquals } from "@std/assert";
import { errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { ProducerIdAndEpoch } from "../../../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import { endTxnHandler } from "../../../../cluster/server/handlers/end_txn.ts";
import { ask, call } from "../../../support/handler_call.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";
import { A0 } from "../../../support/transactions.ts";

const ID = "copier";
const LAST = 5;

/** A producer, and how it ends its transactions. */
async function setUp() {
  const blocked = new Set<string>();
  const broker = await TransactionBroker.start({
    intercept: (write) => (end, partitions) =>
      blocked.size > 0 ? partitions.map(() => "NOT_LEADER_OR_FOLLOWER") : write(end, partitions),
  });
  const { transactions } = broker;
  const producer = await transactions.initProducerId({
    transactionalId: ID,
    timeoutMs: 60_000,
    expected: undefined,
  });
  const handler = endTxnHandler({ transactions });
  return {
    broker,
    blocked,
    producer,
    begin: (producer: ProducerIdAndEpoch) =>
      transactions.addPartitions({ ...producer, transactionalId: ID, partitions: [A0] }, 0),
    end: async (
      version: number,
      producer: ProducerIdAndEpoch,
      committed = true,
      transactionalId = ID,
    ) => {
      const { producerId, producerEpoch } = producer;
      const request = { transactionalId, producerId, producerEpoch, committed };
      const answer = await ask(handler, version, request);
      return [errorName(answer.errorCode), answer.producerId, answer.producerEpoch];
    },
    state: async () => {
      const { transactionState, producerEpoch } = await transactions.describe(ID);
      return [transactionState, producerEpoch];
    },
  };
}

Deno.test("up to version 4 a transaction ends, and its producer goes on with the same epoch", async () => {
  for (let version = 0; version < LAST; version++) {
    for (const committed of [true, false]) {
      const { broker, producer, begin, end, state } = await setUp();
      await using _ = broker;
      await begin(producer);
      assertEquals(await end(version, producer, committed), ["NONE", -1, -1]);
      const ended = [committed ? "CompleteCommit" : "CompleteAbort", 0];
      assertEquals(await state(), ended);
      // The answer was lost.
      assertEquals(await end(version, producer, committed), ["NONE", -1, -1]);
      assertEquals(await state(), ended);
      assertEquals(await end(version, producer, !committed), ["INVALID_TXN_STATE", -1, -1]);
    }
  }
});

Deno.test("from version 5 on the answer has the epoch that the producer goes on with", async () => {
  for (const committed of [true, false]) {
    const { broker, producer, begin, end, state } = await setUp();
    await using _ = broker;
    await begin(producer);
    const answer = ["NONE", producer.producerId, 1];
    assertEquals(await end(LAST, producer, committed), answer);
    assertEquals(await state(), [committed ? "CompleteCommit" : "CompleteAbort", 1]);
    // The answer was lost.
    assertEquals(await end(LAST, producer, committed), answer);
    assertEquals(await end(LAST, producer, !committed), ["INVALID_TXN_STATE", -1, -1]);
  }
});

Deno.test("only from version 5 on a producer aborts what it has not begun, and none commits that", async () => {
  for (let version = 0; version <= LAST; version++) {
    const { broker, producer, end } = await setUp();
    await using _ = broker;
    assertEquals(await end(version, producer, true), ["INVALID_TXN_STATE", -1, -1]);
    assertEquals(
      await end(version, producer, false),
      version < LAST ? ["INVALID_TXN_STATE", -1, -1] : ["NONE", producer.producerId, 1],
    );
  }
});

Deno.test("what is wrong is told in Kafka's order, and a fenced producer is told what its client knows", async () => {
  for (let version = 0; version <= LAST; version++) {
    const { broker, blocked, producer, begin, end } = await setUp();
    await using _ = broker;
    const errorOf = async (changes: Partial<ProducerIdAndEpoch>, id = ID) =>
      (await end(version, { ...producer, ...changes }, false, id))[0];
    const stranger = { producerId: 99, producerEpoch: 9 };
    const fenced = version < 2 ? "INVALID_PRODUCER_EPOCH" : "PRODUCER_FENCED";
    assertEquals(await errorOf({}, ""), "INVALID_REQUEST");
    assertEquals(await errorOf({}, "unknown"), "INVALID_PRODUCER_ID_MAPPING");
    await begin(producer);
    assertEquals(await errorOf(stranger), "INVALID_PRODUCER_ID_MAPPING");
    assertEquals(await errorOf({ producerEpoch: 1 }), fenced);
    assertEquals(await errorOf({ producerEpoch: -1 }), fenced);
    blocked.add("all");
    assertEquals(await errorOf({}), "NONE");
    // While it ends, version 5 looks at nothing else: the producer may know an id that the log has not.
    const isLast = version === LAST;
    assertEquals(
      await errorOf(stranger),
      isLast ? "CONCURRENT_TRANSACTIONS" : "INVALID_PRODUCER_ID_MAPPING",
    );
    assertEquals(await errorOf({ producerEpoch: 7 }), isLast ? "CONCURRENT_TRANSACTIONS" : fenced);
    assertEquals(await errorOf({}), "CONCURRENT_TRANSACTIONS");
  }
});

Deno.test("a coordinator that loads, and one that is not here, is told", async () => {
  for (const error of ["COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR"] as const) {
    const endTransaction = () => {
      throw new KafkaError(error);
    };
    const handler = endTxnHandler({ transactions: { endTransaction } });
    const request = { transactionalId: ID, producerId: 1, producerEpoch: 1, committed: true };
    for (let version = 0; version <= LAST; version++) {
      const answer = await ask(handler, version, request);
      assertEquals(
        [errorName(answer.errorCode), answer.producerId, answer.producerEpoch],
        [error, -1, -1],
      );
    }
  }
});

Deno.test("on one broker the answer comes at once", async () => {
  const { broker, producer, begin } = await setUp();
  await using _ = broker;
  await begin(producer);
  const handler = endTxnHandler({ transactions: broker.transactions });
  const answer = call(handler, LAST, { transactionalId: ID, ...producer, committed: true });
  assertEquals(typeof answer, "object");
});
