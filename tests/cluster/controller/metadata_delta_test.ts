import { assertEquals } from "@std/assert";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";

Deno.test("a topic is noted with the partitions that changed, each once", () => {
  const delta = new MetadataDelta();
  delta.topicChanged("id");
  delta.topicChanged("id", 1);
  delta.topicChanged("id", 1);
  delta.topicChanged("other", 0);
  assertEquals([...delta.changedPartitions].map(([id, partitions]) => [id, [...partitions]]), [
    ["id", [1]],
    ["other", [0]],
  ]);
});

Deno.test("of a topic that ends nothing else has changed", () => {
  const delta = new MetadataDelta();
  delta.topicChanged("id", 1);
  delta.topicDeleted({ name: "t", id: "id", partitions: new Map() });
  assertEquals(delta.changedPartitions.size, 0);
  assertEquals(delta.deletedTopics.map(({ name }) => name), ["t"]);
});

Deno.test("configs of one resource are noted once", () => {
  const delta = new MetadataDelta();
  delta.configChanged(2, "t");
  delta.configChanged(2, "t");
  delta.configChanged(4, "t");
  assertEquals([...delta.changedConfigs.values()], [{ type: 2, name: "t" }, {
    type: 4,
    name: "t",
  }]);
});
