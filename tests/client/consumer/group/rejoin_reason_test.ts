import { assertEquals } from "@std/assert";
import { truncatedReason } from "../../../../client/consumer/group/rejoin_reason.ts";

Deno.test("a reason has no more than 255 characters", () => {
  assertEquals(truncatedReason("why"), "why");
  assertEquals(truncatedReason("x".repeat(256)), "x".repeat(255));
});
