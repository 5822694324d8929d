import { assertEquals, assertThrows } from "@std/assert";
import {
  type FormatFeatureOptions,
  formatFeatures,
} from "../../../cluster/raft/format_features.ts";
import { FormatterError } from "../../../cluster/raft/formatter_error.ts";
import { parseMetadataVersion } from "../../../client/metadata/metadata_version.ts";

const levels = (options: Partial<FormatFeatureOptions> = {}) =>
  Object.fromEntries(formatFeatures({ hasDynamicQuorum: true, ...options }).levels);

Deno.test("without a word the newest final levels apply, and dynamic voters have kraft.version 1", () => {
  assertEquals(levels(), {
    "metadata.version": 30,
    "kraft.version": 1,
    "transaction.version": 2,
    "group.version": 1,
    "eligible.leader.replicas.version": 1,
    "share.version": 1,
    "streams.version": 1,
  });
  assertEquals(levels({ hasDynamicQuorum: false })["kraft.version"], 0);
});

Deno.test("a release brings its own levels, and single ones can be set", () => {
  const releaseVersion = parseMetadataVersion("3.9", false);
  const set = levels({ releaseVersion, features: new Map([["group.version", 1]]) });
  assertEquals([set["metadata.version"], set["group.version"], set["transaction.version"]], [
    21,
    1,
    0,
  ]);
  assertEquals(levels({ features: new Map([["metadata.version", 22]]) })["group.version"], 1);
  assertEquals(levels({ allowUnstable: true })["metadata.version"], 31);
});

Deno.test("what contradicts itself is refused in Kafka's words", () => {
  const releaseVersion = parseMetadataVersion("4.4-IV0", true);
  const wrong: [Partial<FormatFeatureOptions>, string][] = [
    [
      { releaseVersion, features: new Map([["metadata.version", 30]]) },
      "Use --release-version instead of --feature metadata.version=X to avoid ambiguity.",
    ],
    [{ releaseVersion }, "metadata.version 4.4-IV0 is not yet stable."],
    [
      { features: new Map([["bogus", 1]]) },
      "Unsupported feature: bogus. Supported features are: eligible.leader.replicas.version, group.version, kraft.version, share.version, streams.version, transaction.version",
    ],
    [{ features: new Map([["kraft.version", 0]]) }, "Cannot set kraft.version to 0 if"],
    [
      { hasDynamicQuorum: false, features: new Map([["kraft.version", 1]]) },
      "Cannot set kraft.version to 1 unless",
    ],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => levels(options), FormatterError, message);
  }
});

Deno.test("levels that do not exist, or lack what they need, are told apart from that", () => {
  assertThrows(
    () => levels({ features: new Map([["metadata.version", 5]]) }),
    RangeError,
    "No MetadataVersion with feature level 5. Valid feature levels are from 7 to 31.",
  );
  assertThrows(
    () => levels({ features: new Map([["group.version", 9]]) }),
    RangeError,
    "No feature:group.version with feature level 9",
  );
  const releaseVersion = parseMetadataVersion("3.9", false);
  assertThrows(
    () => levels({ releaseVersion, features: new Map([["eligible.leader.replicas.version", 1]]) }),
    RangeError,
    "because it depends on metadata.version level 23",
  );
});
