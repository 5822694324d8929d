import { assertEquals } from "@std/assert";
import { isStrayLog } from "../../../cluster/replication/stray_logs.ts";

Deno.test("a log is stray without an id, when its topic is gone, or when other brokers have the partition", () => {
  const replicasOf = (topicId: string, partition: number) =>
    topicId === "known" && partition < 2 ? [[1, 2], [2, 3]][partition] : undefined;
  const isStray = (topicId: string | undefined, partition = 0) =>
    isStrayLog({ topicPartition: { topic: "t", partition }, topicId }, 1, replicasOf);
  assertEquals(
    [
      isStray("known"),
      isStray(undefined),
      isStray("gone"),
      isStray("known", 1),
      isStray("known", 2),
    ],
    [false, true, true, true, true],
  );
});
