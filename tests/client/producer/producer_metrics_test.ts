import { assertEquals } from "@std/assert";
import { noTotals } from "../../../client/producer/producer_metrics.ts";

Deno.test("totals begin at 0, for each producer its own", () => {
  const totals = noTotals();
  totals.sent++;
  assertEquals(new Set(Object.values(noTotals())), new Set([0]));
});
