import { assertEquals } from "@std/assert";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import type { TransactionManager } from "../../../client/producer/transaction_manager.ts";
import type { TransactionalRequest } from "../../../client/producer/transactional_request.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { batchOf, managerOf } from "../../support/producer_parts.ts";
import { answering, type SentRequest, withError } from "../../support/transactional_requests.ts";

const queue = new PartitionQueue("orders", 0);

/** Sends the next request, and answers it. Returns its name. */
async function answer(
  manager: TransactionManager,
  given: unknown,
  sent: SentRequest[] = [],
  now = 0,
): Promise<string> {
  const request = manager.nextRequest(false, now);
  if (request === undefined) return "nothing";
  manager.settle(request, await request.exchange(answering(given, sent)), now);
  return request.name;
}

const producer = (producerId: number, producerEpoch: number) =>
  withError("NONE", { producerId, producerEpoch });

/** A manager within a transaction of a version. */
async function begun(version: number): Promise<TransactionManager> {
  const manager = managerOf();
  manager.version.observeFeatures(1, version);
  manager.version.observeCoordinator(5);
  const result = manager.initializeTransactions();
  await answer(manager, producer(4, 0));
  await result.wait(
    { now: () => 0, monotonic: () => 0, sleep: () => new Promise(() => {}) },
    1,
    "",
    undefined,
  );
  manager.version.update(true);
  manager.beginTransaction();
  return manager;
}

Deno.test("an idempotent producer asks for an id when there is something to send", async () => {
  const manager = managerOf(null);
  manager.prepareIdempotence(false);
  assertEquals(await answer(manager, producer(1, 0)), "nothing");
  manager.prepareIdempotence(true);
  manager.prepareIdempotence(true);
  assertEquals(await answer(manager, producer(9, 0)), "InitProducerId");
  assertEquals([manager.sequences.producer, manager.lifecycle.state], [
    { producerId: 9, epoch: 0 },
    "READY",
  ]);
  assertEquals(await answer(manager, producer(9, 0)), "nothing");
});

Deno.test("when its epochs are used up it asks for another id", async () => {
  const manager = managerOf(null);
  manager.prepareIdempotence(true);
  await answer(manager, producer(9, 0x7fff));
  manager.sequences.requestNewEpoch("orders-0");
  manager.prepareIdempotence(true);
  assertEquals(await answer(manager, producer(10, 0)), "InitProducerId");
  assertEquals(manager.sequences.producer, { producerId: 10, epoch: 0 });
});

Deno.test("version 1: a partition is added before anything is sent to it, and the end comes last", async () => {
  const manager = await begun(1);
  const batch = batchOf(["v"], { queue });
  manager.addPartition(queue);
  assertEquals(manager.maySend(batch), false);
  const committed = manager.beginCommit();
  const added = {
    resultsByTopicV3AndBelow: [{
      name: "orders",
      resultsByPartition: [{ partitionIndex: 0, partitionErrorCode: 0 }],
    }],
  };
  assertEquals(await answer(manager, added), "AddPartitionsToTxn");
  assertEquals(manager.maySend(batch), true);
  assertEquals(manager.nextRequest(true, 0), undefined, "batches have not ended");
  const sent: SentRequest[] = [];
  assertEquals(await answer(manager, producer(-1, -1), sent), "EndTxn");
  assertEquals([sent[0]!.maxVersion, committed.isCompleted, manager.lifecycle.state], [
    4,
    true,
    "READY",
  ]);
});

Deno.test("version 2: a partition joins by being written to, and each transaction has an epoch", async () => {
  const manager = await begun(2);
  const batch = batchOf(["v"], { queue });
  manager.addPartition(queue);
  assertEquals(manager.maySend(batch), true);
  manager.sequences.assign(batch);
  manager.batchCompleted(batch, 0);
  manager.beginCommit();
  assertEquals(await answer(manager, producer(4, 1)), "EndTxn");
  assertEquals(manager.sequences.producer, { producerId: 4, epoch: 1 });
  assertEquals(manager.sequences.of("orders-0").next, 0);
});

Deno.test("a transaction that the coordinator knows nothing of ends without a request", async () => {
  for (const version of [1, 2]) {
    const manager = await begun(version);
    const result = manager.beginCommit();
    assertEquals(await answer(manager, undefined), "nothing");
    assertEquals([result.isCompleted, manager.lifecycle.state], [true, "READY"]);
  }
});

Deno.test("a failed batch leaves only the abort; in version 1 with a new epoch behind it", async () => {
  for (const version of [1, 2]) {
    const manager = await begun(version);
    manager.addPartition(queue);
    if (version === 1) {
      await answer(manager, {
        resultsByTopicV3AndBelow: [{
          name: "orders",
          resultsByPartition: [{ partitionIndex: 0, partitionErrorCode: 0 }],
        }],
      });
    }
    const batch = batchOf(["v"], { queue });
    manager.sequences.assign(batch);
    manager.batchFailed(batch, new KafkaError("INVALID_RECORD"), true);
    assertEquals(manager.lifecycle.state, "ABORTABLE_ERROR");
    const aborted = manager.beginAbort();
    assertEquals(
      await answer(manager, producer(version === 1 ? -1 : 4, version === 1 ? -1 : 1)),
      "EndTxn",
    );
    if (version === 1) {
      assertEquals([manager.lifecycle.state, aborted.isCompleted], ["INITIALIZING", false]);
      const sent: SentRequest[] = [];
      assertEquals(await answer(manager, producer(4, 1), sent), "InitProducerId");
      assertEquals(sent[0]!.draft["producerId"], 4);
    }
    assertEquals([manager.lifecycle.state, aborted.isCompleted], ["READY", true]);
    assertEquals(manager.sequences.producer, { producerId: 4, epoch: 1 });
  }
});

Deno.test("an upgrade to version 2 counts from the next transaction on, with a new epoch before it", async () => {
  const manager = await begun(1);
  manager.version.observeFeatures(2, 2);
  manager.beginCommit();
  assertEquals(await answer(manager, producer(4, 1)), "InitProducerId");
  assertEquals([manager.version.isVersion2, manager.lifecycle.state], [true, "READY"]);
});

Deno.test("a request that failed waits before it is sent again", async () => {
  const manager = managerOf();
  manager.initializeTransactions();
  await answer(manager, withError("CONCURRENT_TRANSACTIONS"), [], 1000);
  assertEquals([manager.nextRequestAtMs, manager.nextRequest(false, 1099)], [1100, undefined]);
  assertEquals(await answer(manager, producer(1, 0), [], 1100), "InitProducerId");
});

Deno.test("after an error requests that wait fail with it", async () => {
  const manager = await begun(2);
  const first = manager.sendOffsets([[{ topic: "a", partition: 0 }, { offset: 1 }]], {
    groupId: "g",
  });
  const error = new KafkaError("INVALID_RECORD");
  manager.failed(error);
  assertEquals([manager.nextRequest(false, 0), first.error], [undefined, error]);
});

Deno.test("records that were given up unanswered abort the transaction", async () => {
  const manager = await begun(2);
  manager.addPartition(queue);
  const batch = batchOf(["v"], { queue });
  manager.sequences.assign(batch);
  batch.reenqueued(0, 0);
  manager.sequences.removed(batch);
  manager.sequences.markUnresolved(batch);
  manager.prepareIdempotence(true);
  assertEquals(manager.lifecycle.state, "ABORTABLE_ERROR");
  assertEquals(
    manager.lifecycle.lastError!.message.endsWith(
      "It is safe to abort the transaction and continue.",
    ),
    true,
  );
});

Deno.test("who is not allowed may try again, and closing tells whoever waits", async () => {
  const manager = managerOf();
  const result = manager.initializeTransactions();
  await answer(manager, withError("TRANSACTIONAL_ID_AUTHORIZATION_FAILED"));
  assertEquals(manager.lifecycle.isUnauthorized, true);
  manager.uninitialize(manager.lifecycle.lastError!);
  assertEquals([manager.lifecycle.state, result.error instanceof KafkaError], [
    "UNINITIALIZED",
    true,
  ]);
  const other = managerOf();
  const waiting = other.initializeTransactions();
  const request = other.nextRequest(false, 0) as TransactionalRequest;
  other.close();
  assertEquals(waiting.error?.message, "The producer closed forcefully");
  other.settle(request, { kind: "success", apply() {} }, 0);
  assertEquals(other.lifecycle.hasFatalError, true);
});
