import { assertEquals } from "@std/assert";
import { mayFollow, type TransactionState } from "../../../client/producer/transaction_state.ts";

Deno.test("states follow each other as in Java", () => {
  const allowed: readonly [TransactionState, readonly TransactionState[]][] = [
    ["UNINITIALIZED", ["INITIALIZING"]],
    ["INITIALIZING", ["READY", "ABORTABLE_ERROR"]],
    ["READY", ["UNINITIALIZED", "IN_TRANSACTION"]],
    ["IN_TRANSACTION", ["COMMITTING_TRANSACTION", "ABORTING_TRANSACTION", "ABORTABLE_ERROR"]],
    ["COMMITTING_TRANSACTION", ["INITIALIZING", "READY", "ABORTABLE_ERROR"]],
    ["ABORTING_TRANSACTION", ["INITIALIZING", "READY"]],
    ["ABORTABLE_ERROR", ["UNINITIALIZED", "ABORTING_TRANSACTION", "ABORTABLE_ERROR"]],
    ["FATAL_ERROR", []],
  ];
  const all = allowed.map(([state]) => state);
  for (const [state, next] of allowed) {
    assertEquals(all.filter((other) => mayFollow(other, state)), [...next, "FATAL_ERROR"], state);
  }
});
