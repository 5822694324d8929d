/** Transactions of a producer, against a broker: both versions of them. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  IllegalProducerStateError,
  TransactionAbortedError,
} from "../../../client/producer/producer_errors.ts";
import { offsetFetch } from "../../../client/protocol/messages/offset_fetch.ts";
import { TestClient } from "../../support/test_client.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { ProducedBroker } from "../../support/produced.ts";

const signal = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(10_000) });

/** A broker that finalizes `transaction.version` as given. */
async function start(version: number): Promise<ProducedBroker> {
  const broker = await ProducedBroker.start();
  if (version === 1) await broker.useTransactions1();
  await broker.topic("orders", 2);
  await broker.topic("input");
  return broker;
}

for (const version of [1, 2]) {
  const named = (name: string) => `transactions ${version}: ${name}`;

  Deno.test(named("a committed transaction is seen, with offsets of a group"), async () => {
    await using broker = await start(version);
    const producer = broker.producer({ transactionalId: "tx" });
    await producer.initTransactions(signal());
    producer.beginTransaction();
    const sent = [
      producer.send({ topic: "orders", partition: 0, value: "a" }),
      producer.send({ topic: "orders", partition: 1, value: "b" }),
    ];
    await producer.sendOffsetsToTransaction(
      [[{ topic: "input", partition: 0 }, { offset: 5, metadata: "m" }]],
      { groupId: "readers" },
      signal(),
    );
    await producer.commitTransaction(signal());
    assertEquals((await Promise.all(sent)).map(({ offset }) => offset), [0, 0]);
    for (const partition of [0, 1]) {
      const batches = await broker.batches("orders", partition, 1);
      assertEquals(batches.map((batch) => [batch.isTransactional, batch.isControlBatch]), [
        [true, false],
        [true, true],
      ]);
    }
    using client = await TestClient.connect(broker.transport, broker.broker.broker.address);
    const { groups: [group] } = await client.call(offsetFetch, 8, {
      groups: [{ groupId: "readers", topics: [{ name: "input", partitionIndexes: [0] }] }],
    });
    const [committed] = group!.topics[0]!.partitions;
    assertEquals([committed!.committedOffset, committed!.metadata], [5, "m"]);
    const asked = broker.broker.requests.matching({ api: "AddPartitionsToTxn" });
    assertEquals(asked.length > 0, version === 1);
  });

  Deno.test(
    named("an aborted transaction gives up what was not sent, and the next one works"),
    async () => {
      await using broker = await start(version);
      const producer = broker.producer({ transactionalId: "tx", lingerMs: 60_000 });
      await producer.initTransactions(signal());
      producer.beginTransaction();
      const lingering = assertRejects(
        () => producer.send({ topic: "orders", partition: 0, value: "never" }),
        TransactionAbortedError,
        "Failing batch since transaction was aborted",
      );
      await producer.abortTransaction(signal());
      await lingering;
      producer.beginTransaction();
      const written = producer.send({ topic: "orders", partition: 0, value: "aborted" });
      await producer.flush(signal());
      await written;
      await producer.abortTransaction(signal());
      producer.beginTransaction();
      const last = producer.send({ topic: "orders", partition: 0, value: "committed" });
      await producer.commitTransaction(signal());
      await last;
      assertEquals(await broker.values("orders"), ["aborted", "committed"]);
      assertEquals(await broker.committed("orders"), ["committed"]);
    },
  );

  Deno.test(named("a second producer of the same id fences the first"), async () => {
    await using broker = await start(version);
    const first = broker.producer({ transactionalId: "tx" });
    await first.initTransactions(signal());
    first.beginTransaction();
    await first.send({ topic: "orders", partition: 0, value: "a" });
    const second = broker.producer({ transactionalId: "tx" });
    await second.initTransactions(signal());
    const error = await assertRejects(() => first.commitTransaction(signal()), KafkaError);
    assertEquals(error.code, "PRODUCER_FENCED");
    const again = assertThrows(
      () => first.beginTransaction(),
      KafkaError,
      "has been fenced by another producer with the same transactionalId",
    );
    assertEquals(again.code, "PRODUCER_FENCED");
    assertEquals(await broker.committed("orders"), []);
    await first.close();
  });

  Deno.test(named("requests and answers that are lost do no harm"), async () => {
    await using broker = await start(version);
    const { faults } = broker.broker;
    const producer = broker.producer({ transactionalId: "tx" });
    for (const api of ["FindCoordinator", "InitProducerId"]) {
      faults.drop({ api });
      faults.drop({ api, when: "after" });
    }
    await producer.initTransactions(signal());
    for (const api of ["AddPartitionsToTxn", "AddOffsetsToTxn", "TxnOffsetCommit", "EndTxn"]) {
      if (version === 2 && api.startsWith("Add")) continue;
      faults.drop({ api });
      faults.drop({ api, when: "after" });
      faults.answer("COORDINATOR_LOAD_IN_PROGRESS", { api });
      faults.answer("NOT_COORDINATOR", { api });
    }
    for (let round = 0; round < 3; round++) {
      producer.beginTransaction();
      const sent = producer.send({ topic: "orders", partition: 0, value: `${round}` });
      await producer.sendOffsetsToTransaction(
        [[{ topic: "input", partition: 0 }, { offset: round }]],
        { groupId: "readers" },
        signal(),
      );
      await producer.commitTransaction(signal());
      await sent;
    }
    assertEquals(await broker.committed("orders"), ["0", "1", "2"]);
  });

  Deno.test(
    named("a record that cannot be written leaves only an abort, after which all is well"),
    async () => {
      await using broker = await start(version);
      const producer = broker.producer({ transactionalId: "tx" });
      await producer.initTransactions(signal());
      producer.beginTransaction();
      await producer.send({ topic: "orders", partition: 0, value: "a" });
      broker.broker.faults.answer("INVALID_RECORD", { api: "Produce" });
      await assertRejects(
        () => producer.send({ topic: "orders", partition: 0, value: "b" }),
        KafkaError,
      );
      await assertRejects(
        () => producer.commitTransaction(signal()),
        Error,
        "Cannot execute transactional method because we are in an error state",
      );
      await producer.abortTransaction(signal());
      producer.beginTransaction();
      const sent = producer.send({ topic: "orders", partition: 0, value: "c" });
      await producer.commitTransaction(signal());
      await sent;
      assertEquals(await broker.committed("orders"), ["c"]);
    },
  );

  Deno.test(
    named("many transactions in a row, each with batches in flight at its end"),
    async () => {
      await using broker = await start(version);
      const producer = broker.producer({ transactionalId: "tx", batchSize: 200 });
      await producer.initTransactions(signal());
      const expected: string[] = [];
      for (let round = 0; round < 20; round++) {
        producer.beginTransaction();
        const commits = round % 3 !== 0;
        for (let i = 0; i < 50; i++) {
          const value = `${round}-${i}`;
          if (commits) expected.push(value);
          producer.send({ topic: "orders", partition: 1, value }, () => {});
        }
        if (commits) await producer.commitTransaction(signal());
        else await producer.abortTransaction(signal());
      }
      assertEquals(await broker.committed("orders", 1), expected);
    },
  );

  Deno.test(named("close aborts what is open"), async () => {
    await using broker = await start(version);
    const producer = broker.producer({ transactionalId: "tx" });
    await producer.initTransactions(signal());
    producer.beginTransaction();
    const sent = producer.send({ topic: "orders", partition: 0, value: "a" });
    await producer.close();
    assertEquals((await sent).offset, 0);
    assertEquals(await broker.committed("orders"), []);
    assertEquals((await broker.batches("orders", 0, 1)).at(-1)!.isControlBatch, true);
  });
}

Deno.test("calls at the wrong time are refused, and change nothing", async () => {
  await using broker = await start(2);
  const producer = broker.producer({ transactionalId: "tx" });
  await assertRejects(
    () => producer.send({ topic: "orders", partition: 0, value: "a" }),
    IllegalProducerStateError,
    "Cannot add partition orders-0 to transaction before completing a call to initTransactions",
  );
  assertThrows(
    () => producer.beginTransaction(),
    IllegalProducerStateError,
    "TransactionalId tx: Invalid transition attempted from state UNINITIALIZED to state IN_TRANSACTION",
  );
  await producer.initTransactions(signal());
  await assertRejects(
    () => producer.send({ topic: "orders", partition: 0, value: "a" }),
    IllegalProducerStateError,
    "Cannot add partition orders-0 to transaction while in state  READY",
  );
  await assertRejects(
    () =>
      producer.sendOffsetsToTransaction([[{ topic: "a", partition: 0 }, { offset: 1 }]], {
        groupId: "g",
      }),
    IllegalProducerStateError,
    "Cannot send offsets if a transaction is not in progress (currentState= READY)",
  );
  await assertRejects(
    () => producer.commitTransaction(),
    IllegalProducerStateError,
    "Invalid transition attempted from state READY to state COMMITTING_TRANSACTION",
  );
  producer.beginTransaction();
  await producer.commitTransaction(signal());
});

Deno.test("a call that timed out is made again, and nothing else until then", async () => {
  await using broker = await start(2);
  // The coordinator is there when time begins to stand still.
  await broker.producer({ transactionalId: "tx" }).initTransactions(signal());
  broker.broker.requests.clear();
  const env = manualEnv();
  const producer = broker.producer({ transactionalId: "tx", env, maxBlockMs: 1000 });
  const held = Promise.withResolvers<void>();
  broker.broker.faults.delay(held.promise, { api: "InitProducerId" });
  const late = assertRejects(
    () => producer.initTransactions(),
    KafkaError,
    "Timeout expired after 1000ms while awaiting InitProducerId. InitTransactions timed out - " +
      "did not complete coordinator discovery or receive the InitProducerId response within max.block.ms.",
  );
  await broker.broker.requests.waitFor({ api: "InitProducerId" }, signal());
  await env.clock.advance(1000);
  await late;
  assertThrows(
    () => producer.beginTransaction(),
    IllegalProducerStateError,
    "Cannot attempt operation `beginTransaction` because the previous call to `initTransactions` timed out and must be retried",
  );
  held.resolve();
  await producer.initTransactions();
  producer.beginTransaction();
});

const fatal: readonly [string, ErrorName][] = [
  ["EndTxn", "INVALID_TXN_STATE"],
  ["EndTxn", "INVALID_PRODUCER_ID_MAPPING"],
  ["EndTxn", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"],
  ["EndTxn", "INVALID_PRODUCER_EPOCH"],
];
for (const [api, error] of fatal) {
  Deno.test(`${error} at ${api} is the end of the producer`, async () => {
    await using broker = await start(2);
    const producer = broker.producer({ transactionalId: "tx" });
    await producer.initTransactions(signal());
    producer.beginTransaction();
    await producer.send({ topic: "orders", partition: 0, value: "a" });
    broker.broker.faults.answer(error, { api });
    const told = await assertRejects(() => producer.commitTransaction(signal()), KafkaError);
    assertEquals(told.code, error === "INVALID_PRODUCER_EPOCH" ? "PRODUCER_FENCED" : error);
    await assertRejects(() => producer.abortTransaction(signal()), Error);
    await assertRejects(
      () => producer.send({ topic: "orders", partition: 0, value: "b" }),
      Error,
    );
    assert(true);
  });
}

Deno.test("an open transaction of a producer that is gone is aborted by the next of its id", async () => {
  await using broker = await start(2);
  const gone = broker.producer({ transactionalId: "tx" });
  await gone.initTransactions(signal());
  gone.beginTransaction();
  await gone.send({ topic: "orders", partition: 0, value: "left" });
  const next = broker.producer({ transactionalId: "tx" });
  await next.initTransactions(signal());
  next.beginTransaction();
  next.send({ topic: "orders", partition: 0, value: "new" }, () => {});
  await next.commitTransaction(signal());
  assertEquals(await broker.committed("orders"), ["new"]);
});
