import { assertEquals } from "@std/assert";
import {
  defaultFeatureLevel,
  featureLevelError,
  featureOfName,
  FEATURES,
} from "../../../client/metadata/features.ts";
import { parseMetadataVersion } from "../../../client/metadata/metadata_version.ts";

const defaults = (version: string) =>
  FEATURES.map((feature) => defaultFeatureLevel(feature, parseMetadataVersion(version, true)));

Deno.test("a new cluster uses the levels that its metadata.version came with", () => {
  assertEquals(defaults("3.3-IV3"), [0, 0, 0, 0, 0, 0]);
  assertEquals(defaults("3.9"), [1, 0, 0, 0, 0, 0]);
  assertEquals(defaults("4.0"), [1, 2, 1, 0, 0, 0]);
  assertEquals(defaults("4.1"), [1, 2, 1, 1, 0, 0]);
  assertEquals(defaults("4.3"), [1, 2, 1, 1, 1, 1]);
});

Deno.test("a level that does not exist, or lacks what it needs, is refused in Kafka's words", () => {
  const feature = featureOfName("eligible.leader.replicas.version")!;
  const levels = (metadataVersion: number) => new Map([["metadata.version", metadataVersion]]);
  assertEquals(featureLevelError(feature, 1, levels(23)), undefined);
  assertEquals(
    featureLevelError(feature, 1, levels(22)),
    "eligible.leader.replicas.version could not be set to 1 because it depends on metadata.version level 23",
  );
  assertEquals(
    featureLevelError(featureOfName("group.version")!, 1, new Map()),
    "group.version could not be set to 1 because it depends on metadata.version=7 (3.3-IV3)",
  );
  assertEquals(
    featureLevelError(featureOfName("group.version")!, 9, levels(30)),
    "No feature:group.version with feature level 9",
  );
  assertEquals(featureOfName("unknown"), undefined);
});
