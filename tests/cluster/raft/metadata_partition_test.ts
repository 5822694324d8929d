import { assertEquals } from "@std/assert";
import { onlyPartition } from "../../../cluster/raft/metadata_partition.ts";

Deno.test("a message about one partition has it, any other has none", () => {
  const topic = { name: "t", partitions: [7] };
  assertEquals(onlyPartition<number, typeof topic>([topic]), { topic, partition: 7 });
  assertEquals(onlyPartition([]), undefined);
  assertEquals(onlyPartition([topic, topic]), undefined);
  assertEquals(onlyPartition([{ partitions: [1, 2] }]), undefined);
  assertEquals(onlyPartition([{ partitions: [] }]), undefined);
});
