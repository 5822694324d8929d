import { assertEquals } from "@std/assert";
import { scalaSetOrder } from "../../../client/cli/scala_set.ts";

Deno.test("a small set keeps its order, a larger one has that of its hashes", () => {
  assertEquals(scalaSetOrder(["b", "a", "b", "d", "c"]), ["b", "a", "d", "c"]);
  const groups = ["set", "other-set", "third", "wrong-set", "fifth", "sixth", "Aa", "BB"];
  // As Apache Kafka's tool has them; the last two have one hash.
  const ordered = ["fifth", "set", "third", "sixth", "wrong-set", "other-set", "Aa", "BB"];
  assertEquals(scalaSetOrder(groups), ordered);
});
