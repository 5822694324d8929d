import { assertEquals } from "@std/assert";
import {
  type TransactionOfPartitions,
  verifyPartitions,
} from "../../../../cluster/coordinator/transaction/add_partitions.ts";
import {
  listPartitions,
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import type { TransactionMetadata } from "../../../../cluster/coordinator/transaction/transaction_metadata.ts";
import { A0, B1, ID, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const ME = { producerId: 9, producerEpoch: 5 };
const withA0 = withPartitions(NO_PARTITIONS, [A0]);

function having(metadata: Partial<TransactionMetadata>): TransactionHarness {
  const test = new TransactionHarness();
  test.put(metadataOf(metadata));
  return test;
}

function verify(test: TransactionHarness, partial: Partial<TransactionOfPartitions> = {}) {
  const request = { transactionalId: ID, ...ME, partitions: [A0, B1], ...partial };
  return test.run<readonly string[]>((transactions, reply, out) =>
    out.answer(reply, verifyPartitions(transactions, request))
  );
}

Deno.test("the first partitions begin a transaction, and others become part of it", () => {
  for (const state of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
    for (const version of [0, 2]) {
      const test = having({ state, clientTransactionVersion: 0 });
      test.harness.advance(1000);
      test.add(ME, [A0], { version }).response;
      const { startTimestamp, clientTransactionVersion } = test.the();
      assertEquals(test.the().state, "Ongoing");
      assertEquals(startTimestamp, test.harness.now.wallMs);
      assertEquals(clientTransactionVersion, version);
      test.harness.advance(1000);
      test.add(ME, [B1], { version }).response;
      assertEquals(listPartitions(test.the().partitions), [A0, B1]);
      assertEquals(test.the().startTimestamp, startTimestamp);
    }
  }
});

Deno.test("partitions that are part of the transaction already are not written again", () => {
  const test = having({ state: "Ongoing", partitions: withA0 });
  const before = test.harness.log.length;
  test.add(ME, [A0]).response;
  test.add(ME, []).response;
  assertEquals(test.harness.log.length, before);
  test.add(ME, [A0, B1]).response;
  assertEquals(test.harness.log.length, before + 1);
});

Deno.test("only the producer that has the id may add partitions", () => {
  const test = having({});
  const refused = (producerId: number, producerEpoch: number) =>
    test.add({ producerId, producerEpoch }).error;
  assertEquals(refused(8, 5), "INVALID_PRODUCER_ID_MAPPING");
  assertEquals([refused(9, 4), refused(9, 6)], ["PRODUCER_FENCED", "PRODUCER_FENCED"]);
  const unknown = test.add(ME, [A0], { transactionalId: "unknown" }).error;
  assertEquals(unknown, "INVALID_PRODUCER_ID_MAPPING");
});

Deno.test("while a transaction ends, no other begins, not even for the id that the producer will have", () => {
  for (const state of ["PrepareCommit", "PrepareAbort"] as const) {
    const test = having({ state, nextProducerId: 77 });
    assertEquals(test.add(ME).error, "CONCURRENT_TRANSACTIONS");
    const next = { producerId: 77, producerEpoch: 0 };
    assertEquals(test.add(next).error, "CONCURRENT_TRANSACTIONS");
  }
});

Deno.test("partitions that could not be written are part of nothing", () => {
  const test = having({});
  test.harness.failAppend("NOT_COORDINATOR");
  assertEquals(test.add(ME).error, "NOT_COORDINATOR");
  assertEquals(test.the().state, "Empty");
  assertEquals(verify(test).response, ["TRANSACTION_ABORTABLE", "TRANSACTION_ABORTABLE"]);
});

Deno.test("verification tells which partitions are part of the transaction, and changes nothing", () => {
  const test = having({ state: "Ongoing", partitions: withA0 });
  const before = test.harness.log.length;
  assertEquals(verify(test).response, ["NONE", "TRANSACTION_ABORTABLE"]);
  assertEquals(verify(test, { partitions: [A0] }).response, ["NONE"]);
  assertEquals(test.harness.log.length, before);
  for (const state of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
    assertEquals(verify(having({ state }), { partitions: [A0] }).response, [
      "TRANSACTION_ABORTABLE",
    ]);
  }
});

Deno.test("verification knows the producer by its id and epoch before it looks at the state", () => {
  const test = having({ state: "PrepareCommit", partitions: withA0 });
  assertEquals(verify(test, { producerId: 8 }).error, "INVALID_PRODUCER_ID_MAPPING");
  assertEquals(verify(test, { producerEpoch: 4 }).error, "PRODUCER_FENCED");
  assertEquals(verify(test).error, "CONCURRENT_TRANSACTIONS");
  assertEquals(verify(test, { transactionalId: "no" }).error, "INVALID_PRODUCER_ID_MAPPING");
});
