import { assertEquals } from "@std/assert";
import { transactionStateOf } from "../../../client/admin/transaction_state.ts";

Deno.test("states have Kafka's names, and those from the future are unknown", () => {
  assertEquals(transactionStateOf("PrepareCommit"), "PrepareCommit");
  assertEquals(transactionStateOf("Levitating"), "Unknown");
});
