import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  isProductionMetadataVersion,
  LATEST_METADATA_VERSION,
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSIONS,
  metadataVersionOfLevel,
  MINIMUM_METADATA_VERSION,
  parseMetadataVersion,
} from "../../../client/metadata/metadata_version.ts";

Deno.test("levels run from 7, which is 3.3-IV3, to 31; 30 is the last final one", () => {
  assertEquals(MINIMUM_METADATA_VERSION, { level: 7, release: "3.3", name: "3.3-IV3" });
  assertEquals(LATEST_PRODUCTION_METADATA_VERSION, { level: 30, release: "4.3", name: "4.3-IV0" });
  assertEquals(LATEST_METADATA_VERSION.level, 31);
  assert(!isProductionMetadataVersion(LATEST_METADATA_VERSION));
  assertEquals(METADATA_VERSIONS.map(({ level }) => level).at(-1), 31);
  assertEquals(metadataVersionOfLevel(22)!.name, "4.0-IV0");
  assertEquals(metadataVersionOfLevel(6), undefined);
});

Deno.test("a release is its last final level, and what follows two numbers does not count", () => {
  const level = (text: string) => parseMetadataVersion(text, true).level;
  assertEquals([level("4.0"), level("4.0.7"), level("4.0-IV1"), level("3.9")], [25, 25, 23, 21]);
  assertEquals(level("4.4-IV0"), 31);
  for (
    const [text, unstable] of [["4.4", true], ["4.4-IV0", false], ["3.2", true], [
      "",
      true,
    ]] as const
  ) {
    assertThrows(
      () => parseMetadataVersion(text, unstable),
      RangeError,
      `Unknown metadata.version '${text}'. Supported metadata.version are: 3.3-IV3, 3.4-IV0,`,
      text,
    );
  }
});
