import { assertEquals } from "@std/assert";
import {
  BufferExhaustedError,
  IllegalProducerStateError,
  TransactionAbortedError,
} from "../../../client/producer/producer_errors.ts";

Deno.test("errors have names of their own, and the buffer's is a time-out that may pass", () => {
  assertEquals(new IllegalProducerStateError("x").name, "IllegalProducerStateError");
  assertEquals(
    `${new TransactionAbortedError()}`,
    "TransactionAbortedError: Failing batch since transaction was aborted",
  );
  const exhausted = new BufferExhaustedError("full");
  assertEquals([exhausted.code, exhausted.retriable, exhausted.name], [
    "REQUEST_TIMED_OUT",
    true,
    "BufferExhaustedError",
  ]);
});
