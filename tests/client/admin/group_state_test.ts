import { assertEquals } from "@std/assert";
import { groupStateOf, groupTypeOf } from "../../../client/admin/group_state.ts";

Deno.test("states and types have Kafka's names, and those from the future are unknown", () => {
  assertEquals(groupStateOf("PreparingRebalance"), "PreparingRebalance");
  assertEquals(groupStateOf("Levitating"), "Unknown");
  assertEquals([groupTypeOf("classic"), groupTypeOf("Consumer")], ["Classic", "Consumer"]);
  assertEquals(groupTypeOf("quantum"), "Unknown");
});
