import { assertEquals } from "@std/assert";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, ID, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const MAX = 32767;
const withA0 = withPartitions(NO_PARTITIONS, [A0]);

/** What is left of a producer whose state is this, when it begins with what it says it has. */
function begin(
  metadata: Parameters<typeof metadataOf>[0],
  expected?: { producerId: number; producerEpoch: number },
) {
  const test = new TransactionHarness();
  test.put(metadataOf(metadata));
  const { isDone, error, ...rest } = test.init(expected);
  void rest;
  const { producerId, producerEpoch, state } = test.the();
  return { isDone, error, now: [producerId, producerEpoch, state], taken: test.taken, test };
}

Deno.test("a new transactional id gets a producer id and epoch 0, whatever its producer says it had", () => {
  const test = new TransactionHarness();
  assertEquals(test.init().response, { producerId: 100, producerEpoch: 0 });
  assertEquals(
    test.init({ producerId: 5, producerEpoch: 3 }, { transactionalId: "other" }).response,
    { producerId: 101, producerEpoch: 0 },
  );
  assertEquals(test.the().state, "Empty");
  assertEquals(test.the().lastUpdateTimestamp, test.harness.now.wallMs);
});

Deno.test("every producer that begins gets the next epoch", () => {
  for (const state of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
    assertEquals(begin({ state }).now, [9, 6, "Empty"]);
  }
});

Deno.test("without a producer id at hand, a producer that needs one comes again", () => {
  let available: number | undefined = undefined;
  const test = new TransactionHarness({ takeProducerId: () => available });
  assertEquals(test.init().error, "COORDINATOR_LOAD_IN_PROGRESS");
  assertEquals(test.get(), undefined);
  available = 55;
  assertEquals(test.init().response.producerId, 55);
});

Deno.test("a producer that begins in an open transaction has it aborted, and asks again", () => {
  const { error, now, test } = begin({ state: "Ongoing", partitions: withA0, startTimestamp: 1 });
  assertEquals(error, "CONCURRENT_TRANSACTIONS");
  assertEquals(now, [9, 6, "PrepareAbort"]);
  const [markers] = test.harness.effects;
  assertEquals(markers, {
    transactionalId: ID,
    producerId: 9,
    producerEpoch: 6,
    coordinatorEpoch: 7,
    committed: false,
    transactionVersion: 2,
    partitions: [A0],
  });
  assertEquals(test.init().error, "CONCURRENT_TRANSACTIONS");
  test.told();
  assertEquals(test.init().response, { producerId: 9, producerEpoch: 7 });
});

Deno.test("a coordinator of version 1 fences with an epoch, and marks with version 0", () => {
  for (const transactionVersion of [0, 1]) {
    const test = new TransactionHarness({ transactionVersion });
    test.put(metadataOf({ state: "Ongoing", lastProducerEpoch: 4, clientTransactionVersion: 0 }));
    test.init();
    const { producerEpoch, lastProducerEpoch, clientTransactionVersion } = test.the();
    assertEquals([producerEpoch, lastProducerEpoch, clientTransactionVersion], [6, -1, 0]);
    assertEquals(test.harness.effects[0]!.transactionVersion, 0);
  }
});

Deno.test("when the fencing abort cannot be written, nothing has happened, and the next try does not skip an epoch", () => {
  for (const transactionVersion of [0, 2]) {
    const test = new TransactionHarness({ transactionVersion });
    test.put(metadataOf({ state: "Ongoing" }));
    for (let i = 0; i < 3; i++) {
      test.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
      assertEquals(test.init().error, "COORDINATOR_NOT_AVAILABLE");
      assertEquals([test.the().state, test.the().producerEpoch], ["Ongoing", 5]);
      assertEquals(test.harness.effects, []);
    }
    test.init();
    assertEquals([test.the().state, test.the().producerEpoch], ["PrepareAbort", 6]);
  }
});

Deno.test("while a transaction ends, a producer that begins waits, whoever it says it is", () => {
  for (const state of ["PrepareCommit", "PrepareAbort"] as const) {
    assertEquals(begin({ state }).error, "CONCURRENT_TRANSACTIONS");
    const stranger = { producerId: 77, producerEpoch: 0 };
    assertEquals(begin({ state }, stranger).error, "CONCURRENT_TRANSACTIONS");
  }
});

Deno.test("a producer that tells its epoch goes on with the next one, and gets it again when it asks again", () => {
  const test = new TransactionHarness();
  test.put(metadataOf());
  const mine = { producerId: 9, producerEpoch: 5 };
  assertEquals(test.init(mine).response, { producerId: 9, producerEpoch: 6 });
  assertEquals(test.init(mine).response, { producerId: 9, producerEpoch: 6 });
  assertEquals(test.init({ ...mine, producerEpoch: 6 }).response.producerEpoch, 7);
  assertEquals(test.init(mine).error, "PRODUCER_FENCED");
});

Deno.test("a producer that tells its epoch is fenced once another one has begun without", () => {
  const test = new TransactionHarness();
  test.put(metadataOf());
  const mine = { producerId: 9, producerEpoch: 5 };
  assertEquals(test.init(mine).response.producerEpoch, 6);
  assertEquals(test.init().response.producerEpoch, 7);
  assertEquals(test.init(mine).error, "PRODUCER_FENCED");
  assertEquals(test.init({ ...mine, producerEpoch: 6 }).error, "PRODUCER_FENCED");
});

Deno.test("a producer with another id is fenced", () => {
  assertEquals(begin({}, { producerId: 10, producerEpoch: 5 }).error, "PRODUCER_FENCED");
  const old = { previousProducerId: 8 };
  assertEquals(begin(old, { producerId: 8, producerEpoch: 5 }).error, "PRODUCER_FENCED");
});

Deno.test("when the epochs are used up the producer gets another id", () => {
  assertEquals(begin({ producerEpoch: MAX - 1 }).now, [100, 0, "Empty"]);
  assertEquals(begin({ producerEpoch: MAX }).now, [100, 0, "Empty"]);
  const { now, test } = begin({ producerEpoch: MAX - 1 }, {
    producerId: 9,
    producerEpoch: MAX - 1,
  });
  assertEquals(now, [100, 0, "Empty"]);
  // It has not heard, and asks again.
  const again = test.init({ producerId: 9, producerEpoch: MAX - 1 });
  assertEquals(again.response, { producerId: 100, producerEpoch: 0 });
  assertEquals(test.taken, 1);
  assertEquals(test.init({ producerId: 9, producerEpoch: MAX - 2 }).error, "PRODUCER_FENCED");
});

Deno.test("a producer that was given another id is fenced when yet another one has begun since", () => {
  const test = new TransactionHarness();
  test.put(metadataOf({ producerEpoch: MAX - 1 }));
  const old = { producerId: 9, producerEpoch: MAX - 1 };
  test.init(old);
  assertEquals(test.init().response, { producerId: 100, producerEpoch: 1 });
  assertEquals(test.init(old).error, "PRODUCER_FENCED");
});

Deno.test("a fencing abort with the last epoch changes the producer's id when it is complete, in version 2", () => {
  const { now, test, taken } = begin({ state: "Ongoing", producerEpoch: MAX - 1 });
  assertEquals([now, taken], [[9, MAX, "PrepareAbort"], 1]);
  test.told();
  assertEquals([test.the().producerId, test.the().producerEpoch], [100, 0]);
  const v0 = new TransactionHarness({ transactionVersion: 0 });
  v0.put(metadataOf({ state: "Ongoing", producerEpoch: MAX - 1, clientTransactionVersion: 0 }));
  v0.init();
  v0.told();
  assertEquals([v0.the().producerId, v0.the().producerEpoch, v0.taken], [9, MAX, 0]);
  assertEquals(v0.init().response, { producerId: 100, producerEpoch: 0 });
});

Deno.test("the timeout is that of the latest producer", () => {
  const test = new TransactionHarness();
  test.init();
  test.init(undefined, { timeoutMs: 5 });
  assertEquals(test.the().timeoutMs, 5);
});

Deno.test("states that Kafka keeps in memory only are answered with an error", () => {
  for (const state of ["Dead", "PrepareEpochFence"] as const) {
    assertEquals(begin({ state }).error, "UNKNOWN_SERVER_ERROR");
  }
});

Deno.test("what was answered is the same after a failover, but for the epoch before", () => {
  const test = new TransactionHarness();
  const first = test.init().response;
  test.harness.crash();
  // The log does not have the epoch before, as with Kafka: whoever asks again is fenced, or goes on.
  assertEquals(test.init(first).response, { producerId: 100, producerEpoch: 1 });
  test.harness.crash();
  assertEquals(test.init(first).error, "PRODUCER_FENCED");
});
