import { assertEquals } from "@std/assert";
import { assignedDirectory, NO_METADATA } from "../../../cluster/replication/metadata_view.ts";
import { assigned } from "../../support/replicas.ts";

Deno.test("each replica has its directory", () => {
  const partition = assigned({ replicas: [3, 1], directories: ["three", "one"] });
  assertEquals(
    [3, 1, 2].map((id) => assignedDirectory(partition, id)),
    ["three", "one", undefined],
  );
});

Deno.test("before there is metadata there is nothing in it", () => {
  assertEquals(NO_METADATA.contains("t", 0), false);
  assertEquals([NO_METADATA.topicId("t"), NO_METADATA.topicName("t")], [undefined, undefined]);
  assertEquals([...NO_METADATA.partitions("t")], []);
  assertEquals([NO_METADATA.partition("t", 0), NO_METADATA.endpoint(1, "L")], [
    undefined,
    undefined,
  ]);
  assertEquals([NO_METADATA.activeBrokerEpoch(1), NO_METADATA.metadataVersion], [undefined, 0]);
});
