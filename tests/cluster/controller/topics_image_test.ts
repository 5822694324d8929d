import { assertEquals, assertThrows } from "@std/assert";
import { TopicsImage } from "../../../cluster/controller/topics_image.ts";
import { idOf, partitionRecordWith } from "./controller_support.ts";

function imageOf(...names: string[]): TopicsImage {
  const image = new TopicsImage();
  for (const name of names) image.replayTopic({ name, topicId: idOf(name) });
  return image;
}

Deno.test("a topic is found by its name and by its id", () => {
  const image = imageOf("t");
  assertEquals(image.byName.get("t")?.id, idOf("t"));
  assertEquals(image.byId.get(idOf("t"))?.name, "t");
  assertEquals(image.partition("t", 0), undefined);
});

Deno.test("names that differ by a dot and an underscore collide, others do not", () => {
  const image = imageOf("a.b", "c");
  assertEquals(image.collidingWith("a_b"), "a.b");
  assertEquals(image.collidingWith("a.b"), "a.b");
  assertEquals([image.collidingWith("a-b"), image.collidingWith("c")], [undefined, undefined]);
  image.replayRemoveTopic({ topicId: idOf("a.b") });
  assertEquals(image.collidingWith("a_b"), undefined);
});

Deno.test("of two colliding topics of a Kafka the other one is left when one goes", () => {
  const image = imageOf("a.b");
  image.replayTopic({ name: "a_b", topicId: idOf("other") });
  image.replayRemoveTopic({ topicId: idOf("a.b") });
  assertEquals(image.collidingWith("a.b"), "a_b");
});

Deno.test("a topic that is made again has another id, and none of the old partitions", () => {
  const image = imageOf("t");
  image.replayPartition(partitionRecordWith({ topicId: idOf("t") }));
  assertEquals(image.replayRemoveTopic({ topicId: idOf("t") }).partitions.size, 1);
  image.replayTopic({ name: "t", topicId: idOf("t2") });
  assertEquals(image.byName.get("t")?.partitions.size, 0);
  assertEquals([...image.byId.keys()], [idOf("t2")]);
});

Deno.test("eligible leaders of one topic, or of all, are forgotten; only those partitions change that had any", () => {
  const image = imageOf("a", "b");
  const changed: string[] = [];
  for (const name of ["a", "b"]) {
    const topicId = idOf(name);
    image.replayPartition(
      partitionRecordWith({ topicId, eligibleLeaderReplicas: [2], partitionEpoch: 5 }),
    );
    image.replayPartition(partitionRecordWith({ topicId, partitionId: 1, lastKnownElr: null }));
  }
  const note = (topicId: string, partition: number) =>
    changed.push(`${topicId.charAt(0)}-${partition}`);
  image.replayClearElr("a", note);
  assertEquals(changed, ["a-0"]);
  assertEquals([image.partition("a", 0)!.elr, image.partition("a", 0)!.partitionEpoch], [[], 6]);
  image.replayClearElr("", note);
  assertEquals(changed, ["a-0", "b-0"]);
});

Deno.test("a record about a topic that is not there is a fault of the log, and told", () => {
  assertThrows(
    () => imageOf().replayPartition(partitionRecordWith({ topicId: idOf("gone") })),
    Error,
    "gone",
  );
  assertThrows(() => imageOf().replayClearElr("gone", () => {}), Error, "gone");
});
