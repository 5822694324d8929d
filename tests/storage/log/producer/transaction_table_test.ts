import { assertEquals } from "@std/assert";
import { TransactionTable } from "../../../../storage/log/producer/transaction_table.ts";

function table(...firstOffsets: number[]): TransactionTable {
  const transactions = new TransactionTable();
  for (const firstOffset of firstOffsets) {
    transactions.put({ producerId: firstOffset, firstOffset, lastOffset: undefined });
  }
  return transactions;
}

Deno.test("transactions are ordered by first offset, however they come", () => {
  const transactions = table(30, 10, 50, 20, 40);
  assertEquals(transactions.values.map((each) => each.firstOffset), [10, 20, 30, 40, 50]);
  assertEquals(transactions.first?.firstOffset, 10);
  assertEquals(transactions.size, 5);
});

Deno.test("one with the same first offset takes the place of the other", () => {
  const transactions = table(10, 20);
  transactions.put({ producerId: 99, firstOffset: 10, lastOffset: undefined });
  assertEquals(transactions.values.map((each) => each.producerId), [99, 20]);
});

Deno.test("removing finds only the exact first offset", () => {
  const transactions = table(10, 20);
  assertEquals(transactions.remove(15), undefined);
  assertEquals(transactions.remove(20)?.producerId, 20);
  assertEquals(transactions.remove(20), undefined);
  assertEquals(transactions.size, 1);
  transactions.clear();
  assertEquals(transactions.first, undefined);
});

Deno.test("only those that ended below the offset go", () => {
  const transactions = table(10, 20, 30);
  transactions.values[0]!.lastOffset = 40;
  transactions.values[2]!.lastOffset = 35;
  transactions.removeEndedBefore(35);
  assertEquals(transactions.size, 3);
  transactions.removeEndedBefore(36);
  assertEquals(transactions.values.map((each) => each.firstOffset), [10, 20]);
  transactions.removeEndedBefore(1000);
  assertEquals(transactions.values.map((each) => each.firstOffset), [20]);
});
