import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { describeTransaction } from "../../../../cluster/coordinator/transaction/describe_transactions.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, ID, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

Deno.test("a transaction is described with its producer and partitions", () => {
  const test = new TransactionHarness();
  const partitions = withPartitions(NO_PARTITIONS, [A0]);
  test.put(metadataOf({ state: "Ongoing", partitions, startTimestamp: 12 }));
  assertEquals(describeTransaction(test.harness.shard.transactions, ID), {
    transactionState: "Ongoing",
    transactionTimeoutMs: 60_000,
    transactionStartTimeMs: 12,
    producerId: 9,
    producerEpoch: 5,
    partitions,
  });
});

Deno.test("an id that nobody knows is not found", () => {
  const test = new TransactionHarness();
  test.put(metadataOf({ transactionalId: "dead", state: "Dead" }));
  for (const id of ["unknown", "dead"]) {
    const describe = () => describeTransaction(test.harness.shard.transactions, id);
    assertEquals(assertThrows(describe, KafkaError).code, "TRANSACTIONAL_ID_NOT_FOUND");
  }
});
