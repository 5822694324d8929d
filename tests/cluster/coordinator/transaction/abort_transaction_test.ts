import { assertEquals } from "@std/assert";
import type { TransactionMetadata } from "../../../../cluster/coordinator/transaction/transaction_metadata.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const MAX = 32767;
const MINUTE = 60_000;

function having(
  metadata: Partial<TransactionMetadata>,
  options?: ConstructorParameters<typeof TransactionHarness>[0],
): TransactionHarness {
  const test = new TransactionHarness(options);
  test.put(metadataOf({
    partitions: withPartitions(NO_PARTITIONS, [A0]),
    startTimestamp: test.harness.now.wallMs,
    timeoutMs: MINUTE,
    ...metadata,
  }));
  return test;
}

const states = (test: TransactionHarness) => [test.the().state, test.the().producerEpoch];

Deno.test("a transaction that takes too long is aborted, with an epoch that its producer does not have", () => {
  for (const transactionVersion of [0, 2]) {
    const test = having({ state: "Ongoing" }, { transactionVersion });
    test.harness.advance(MINUTE);
    assertEquals(states(test), ["Ongoing", 5]);
    // They are looked for every ten seconds.
    test.harness.advance(10_000);
    assertEquals(states(test), ["PrepareAbort", 6]);
    assertEquals(test.harness.effects.length, 1);
    assertEquals(test.harness.effects[0]!.transactionVersion, transactionVersion);
    assertEquals(test.add({ producerId: 9, producerEpoch: 5 }).error, "CONCURRENT_TRANSACTIONS");
    test.told();
    assertEquals(states(test), ["CompleteAbort", 6]);
    assertEquals(test.add({ producerId: 9, producerEpoch: 5 }).error, "PRODUCER_FENCED");
  }
});

Deno.test("only open transactions take too long", () => {
  for (
    const state of ["Empty", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort"]
  ) {
    const test = having({ state: state as TransactionMetadata["state"] });
    test.harness.advance(10 * MINUTE);
    assertEquals(states(test), [state, 5]);
    assertEquals(test.harness.effects, []);
  }
});

Deno.test("a transaction in two phases never takes too long", () => {
  const test = having({ state: "Ongoing", timeoutMs: 0x7fff_ffff });
  test.harness.advance(0x7fff_ffff + MINUTE);
  assertEquals(states(test), ["Ongoing", 5]);
});

Deno.test("an abort that cannot be written is tried again, and raises the epoch once", () => {
  const test = having({ state: "Ongoing" });
  test.harness.failAppend();
  test.harness.failAppend();
  test.harness.advance(MINUTE + 20_000);
  assertEquals(states(test), ["Ongoing", 5]);
  test.harness.advance(10_000);
  assertEquals(states(test), ["PrepareAbort", 6]);
});

Deno.test("with the last epoch the producer gets another id, as soon as there is one", () => {
  let available: number | undefined = undefined;
  const take = { takeProducerId: () => available };
  const test = having({ state: "Ongoing", producerEpoch: MAX - 1 }, take);
  test.harness.advance(MINUTE + 10_000);
  assertEquals(states(test), ["Ongoing", MAX - 1]);
  available = 77;
  test.harness.advance(10_000);
  assertEquals(states(test), ["PrepareAbort", MAX]);
  test.told();
  assertEquals([test.the().producerId, ...states(test)], [77, "CompleteAbort", 0]);
});

Deno.test("a transaction with an epoch beyond all can still be aborted", () => {
  const test = having({ state: "Ongoing", producerEpoch: MAX });
  test.harness.advance(MINUTE + 10_000);
  assertEquals(states(test), ["PrepareAbort", MAX]);
});

Deno.test("many that take too long are aborted one after the other, in turns", () => {
  const test = new TransactionHarness();
  const startTimestamp = test.harness.now.wallMs;
  for (let i = 0; i < 1201; i++) {
    test.put(metadataOf({ transactionalId: `t${i}`, state: "Ongoing", startTimestamp }));
  }
  const before = test.harness.log.length;
  test.harness.advance(MINUTE + 10_000);
  assertEquals(test.harness.log.length - before, 1201);
  assertEquals(test.harness.effects.length, 1201);
});
