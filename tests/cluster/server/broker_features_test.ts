import { assertEquals } from "@std/assert";
import {
  featureState,
  registeredFeatures,
  supportedFeatures,
} from "../../../cluster/server/broker_features.ts";
import { clusterOf } from "../../support/controller.ts";

Deno.test("the levels that this broker knows are those of Kafka 4.3", () => {
  const supported = supportedFeatures(false);
  assertEquals(supported.get("metadata.version"), { lowest: 7, highest: 30 });
  assertEquals(supported.get("kraft.version"), { lowest: 0, highest: 1 });
  assertEquals(supportedFeatures(true).get("metadata.version"), { lowest: 7, highest: 31 });
});

Deno.test("the levels of the cluster come from the metadata, that of the quorum from its log", () => {
  const { image } = clusterOf();
  image.offset = 9;
  assertEquals([...featureState(image, 1, false).finalized], [["metadata.version", 30], [
    "kraft.version",
    1,
  ]]);
  assertEquals([...featureState(image, 0, false).finalized.keys()], ["metadata.version"]);
  assertEquals(featureState(image, 0, false).epoch, 9);
});

Deno.test("a node that registers names every feature, with its levels", () => {
  const features = registeredFeatures(false);
  assertEquals(features.length, supportedFeatures(false).size);
  assertEquals(features.find(({ name }) => name === "metadata.version"), {
    name: "metadata.version",
    minSupportedVersion: 7,
    maxSupportedVersion: 30,
  });
});
