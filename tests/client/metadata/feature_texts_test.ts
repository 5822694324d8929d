import { assertEquals, assertThrows } from "@std/assert";
import {
  featureDependencies,
  parseFeatureLevel,
  versionMapping,
} from "../../../client/metadata/feature_texts.ts";

Deno.test("a release has levels of all features", () => {
  assertEquals(versionMapping("4.0"), [
    "metadata.version=25 (4.0)",
    "kraft.version=1",
    "transaction.version=2",
    "group.version=1",
    "eligible.leader.replicas.version=0",
    "share.version=0",
    "streams.version=0",
  ]);
  assertThrows(() => versionMapping("2.8"), RangeError, "Unknown metadata.version '2.8'");
});

Deno.test("a level needs others, or none", () => {
  assertEquals(featureDependencies("metadata.version", 30, "?"), [
    "metadata.version=30 (4.3-IV0) has no dependencies.",
  ]);
  assertEquals(featureDependencies("group.version", 1, "?"), [
    "group.version=1 has no dependencies.",
  ]);
  assertEquals(featureDependencies("eligible.leader.replicas.version", 1, "?"), [
    "eligible.leader.replicas.version=1 requires:",
    "    metadata.version=23 (4.0-IV1)",
  ]);
});

Deno.test("what does not exist needs nothing", () => {
  assertThrows(
    () => featureDependencies("metadata.version", 99, "?"),
    RangeError,
    "Unknown metadata.version 99",
  );
  assertThrows(() => featureDependencies("foo", 1, "?"), RangeError, "Unknown feature: foo");
  assertThrows(() => featureDependencies("group.version", 9, "no 9"), RangeError, "no 9");
});

Deno.test("a level is a number of 16 bits", () => {
  assertEquals(
    ["+5", "-32768", "32767", "32768", "", "1.0", "x"].map(parseFeatureLevel),
    [5, -32768, 32767, undefined, undefined, undefined, undefined],
  );
});
