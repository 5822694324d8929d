import { assertEquals } from "@std/assert";
import { inHashOrder } from "../../../client/cli/partition_order.ts";

Deno.test("partitions come in the order of Java's hash maps", () => {
  const partitions = [0, 1, 2].map((partition) => ({ topic: "console-topic", partition }));
  assertEquals(inHashOrder(partitions, (each) => each).map(({ partition }) => partition), [
    0,
    2,
    1,
  ]);
});
