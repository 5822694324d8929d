import { assertEquals } from "@std/assert";
import { describeTransaction } from "../../../../cluster/coordinator/transaction/describe_transactions.ts";
import { listPartitions } from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, B1, TransactionHarness } from "../../../support/transactions.ts";

function ending(committed = true) {
  const test = new TransactionHarness();
  const producer = test.init().response;
  test.add(producer, [A0, B1]);
  test.end(producer, committed);
  return { test, producer, markers: test.harness.effects[0]! };
}

const open = (test: TransactionHarness) =>
  listPartitions(
    describeTransaction(test.harness.shard.transactions, test.the().transactionalId).partitions,
  );

Deno.test("a transaction is complete when all partitions know how it ends", () => {
  for (const committed of [true, false]) {
    const { test } = ending(committed);
    assertEquals(test.told(undefined, [A0]).response, false);
    assertEquals(open(test), [B1]);
    assertEquals(test.told(undefined, [A0]).response, false);
    assertEquals(test.told(undefined, [B1]).response, true);
    assertEquals(test.the().state, committed ? "CompleteCommit" : "CompleteAbort");
    assertEquals(open(test), []);
  }
});

Deno.test("which partitions know is forgotten with the coordinator: another one tells all of them", () => {
  const { test } = ending();
  test.told(undefined, [A0]);
  test.harness.crash();
  assertEquals(test.harness.effects.at(-1)!.partitions, [A0, B1]);
  assertEquals(open(test), [A0, B1]);
});

Deno.test("a completion that cannot be written is tried again", () => {
  const { test } = ending();
  test.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
  assertEquals(test.told().error, "COORDINATOR_NOT_AVAILABLE");
  assertEquals(test.the().state, "PrepareCommit");
  assertEquals(test.told(undefined, []).response, true);
  assertEquals(test.the().state, "CompleteCommit");
});

Deno.test("old news completes nothing", () => {
  const { test, producer, markers } = ending();
  const stale = [
    { ...markers, producerEpoch: 0 },
    { ...markers, producerId: 1 },
    { ...markers, coordinatorEpoch: 6 },
    { ...markers, transactionalId: "other" },
  ];
  for (const each of stale) assertEquals(test.told(each).response, true);
  assertEquals(test.the().state, "PrepareCommit");
  test.told(markers);
  const next = { ...producer, producerEpoch: 1 };
  test.add(next, [A0]);
  assertEquals(test.told(markers).response, true);
  assertEquals(test.the().state, "Ongoing");
  test.end(next, false);
  assertEquals(test.told(markers).response, true);
  assertEquals(open(test), [A0]);
});
