import { assertEquals } from "@std/assert";
import { isStrayLog } from "../../../cluster/replication/stray_logs.ts";

const topics = {
  topicId: (topic: string) => topic === "t" ? "known" : undefined,
  replicas: (topicId: string, partition: number) =>
    topicId === "known" && partition < 2 ? [[1, 2], [2, 3]][partition] : undefined,
};

function isStray(topicId: string | undefined, partition = 0, logEndOffset = 7, topic = "t") {
  return isStrayLog({ topicPartition: { topic, partition }, topicId, logEndOffset }, 1, topics);
}

Deno.test("a log is stray when its topic is gone, or when other brokers have the partition", () => {
  assertEquals(
    [isStray("known"), isStray("gone"), isStray("known", 1), isStray("known", 2)],
    [false, true, true, true],
  );
});

Deno.test("a log without an id is stray when it has records, or when no topic of this broker has its name", () => {
  assertEquals(
    [
      isStray(undefined),
      isStray(undefined, 0, 0),
      isStray(undefined, 1, 0),
      isStray(undefined, 2, 0),
      isStray(undefined, 0, 0, "u"),
    ],
    [true, false, true, true, true],
  );
});
