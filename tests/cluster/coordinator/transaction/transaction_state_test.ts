import { assertEquals } from "@std/assert";
import {
  isEnding,
  isIdle,
  isTransactionState,
  mayFollow,
  type TransactionState,
  transactionStateId,
  transactionStateOf,
} from "../../../../cluster/coordinator/transaction/transaction_state.ts";

const NAMES: readonly TransactionState[] = [
  "Empty",
  "Ongoing",
  "PrepareCommit",
  "PrepareAbort",
  "CompleteCommit",
  "CompleteAbort",
  "Dead",
  "PrepareEpochFence",
];

Deno.test("states have Kafka's numbers and names", () => {
  assertEquals(NAMES.map(transactionStateId), [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(NAMES.map((_, id) => transactionStateOf(id)), [...NAMES]);
  assertEquals([transactionStateOf(8), transactionStateOf(-1)], [undefined, undefined]);
  assertEquals([isTransactionState("Dead"), isTransactionState("dead")], [true, false]);
});

Deno.test("a transaction goes through its states in order", () => {
  const after = (from: TransactionState) => NAMES.filter((to) => mayFollow(from, to));
  assertEquals(after("Empty"), ["Empty", "Ongoing", "PrepareAbort"]);
  assertEquals(after("Ongoing"), ["Ongoing", "PrepareCommit", "PrepareAbort"]);
  assertEquals(after("PrepareCommit"), ["CompleteCommit"]);
  assertEquals(after("PrepareAbort"), ["CompleteAbort"]);
  assertEquals(after("CompleteCommit"), ["Empty", "Ongoing", "PrepareAbort"]);
  assertEquals(after("CompleteAbort"), ["Empty", "Ongoing", "PrepareAbort"]);
  assertEquals(after("Dead"), []);
  assertEquals(after("PrepareEpochFence"), []);
});

Deno.test("ids without a transaction are idle, and ending ones have it decided", () => {
  assertEquals(NAMES.filter(isIdle), ["Empty", "CompleteCommit", "CompleteAbort"]);
  assertEquals(NAMES.filter(isEnding), ["PrepareCommit", "PrepareAbort"]);
});
