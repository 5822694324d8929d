import { assertEquals } from "@std/assert";
import { featureState, SUPPORTED_FEATURES } from "../../../cluster/server/broker_features.ts";
import { clusterOf } from "../../support/controller.ts";

Deno.test("the levels that this broker knows are those of Kafka 4.3", () => {
  assertEquals(SUPPORTED_FEATURES.get("metadata.version"), { lowest: 7, highest: 30 });
  assertEquals(SUPPORTED_FEATURES.get("kraft.version"), { lowest: 0, highest: 1 });
});

Deno.test("the levels of the cluster come from the metadata, that of the quorum from its log", () => {
  const { image } = clusterOf();
  image.offset = 9;
  assertEquals([...featureState(image, 1).finalized], [["metadata.version", 30], [
    "kraft.version",
    1,
  ]]);
  assertEquals([...featureState(image, 0).finalized.keys()], ["metadata.version"]);
  assertEquals(featureState(image, 0).epoch, 9);
});
