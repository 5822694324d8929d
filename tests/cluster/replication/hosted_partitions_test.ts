import { assert, assertEquals } from "@std/assert";
import { HostedPartitions } from "../../../cluster/replication/hosted_partitions.ts";
import { Partition } from "../../../cluster/replication/partition.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { partitionContext, topicIdOf } from "../../support/replicas.ts";

function partition(topic: string, index: number): Partition {
  const context = partitionContext(manualEnv(), () => undefined);
  return new Partition({ topic, partition: index }, topicIdOf(topic), context);
}

Deno.test("partitions are found by topic and index, whichever state they are in", () => {
  const hosted = new HostedPartitions();
  const [a, b] = [partition("t", 0), partition("u", 3)];
  hosted.setOnline(a);
  hosted.setOnline(b);
  hosted.setOffline({ topicPartition: { topic: "t", partition: 1 }, topicId: "id" });
  assertEquals(hosted.size, 3);
  assert(hosted.get("t", 0)?.online === a);
  assertEquals(hosted.get("t", 1)?.offline?.topicId, "id");
  assertEquals([hosted.get("t", 2), hosted.get("none", 0)], [undefined, undefined]);
  assertEquals([...hosted.online()], [a, b]);
  assertEquals([...hosted.offline()].length, 1);
  assertEquals([hosted.topics(), hosted.ofTopic("t").length, hosted.ofTopic("none")], [
    ["t", "u"],
    2,
    [],
  ]);
});

Deno.test("a partition takes the place of what had its name, and is gone once it is deleted", () => {
  const hosted = new HostedPartitions();
  const one = partition("t", 0);
  hosted.setOffline({ topicPartition: one.topicPartition, topicId: "old" });
  hosted.setOnline(one);
  assertEquals(hosted.size, 1);
  assert(hosted.delete(one.topicPartition)?.online === one);
  assertEquals(hosted.delete(one.topicPartition), undefined);
  assertEquals([hosted.size, hosted.topics()], [0, []]);
});
