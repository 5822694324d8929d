import { assertEquals } from "@std/assert";
import { offsetAndMetadataText } from "../../../client/consumer/offset_and_metadata.ts";

Deno.test("a committed offset is written as Java writes it", () => {
  assertEquals(
    offsetAndMetadataText({ offset: 5 }),
    "OffsetAndMetadata{offset=5, leaderEpoch=null, metadata=''}",
  );
  assertEquals(
    offsetAndMetadataText({ offset: 5, leaderEpoch: 3, metadata: "m" }),
    "OffsetAndMetadata{offset=5, leaderEpoch=3, metadata='m'}",
  );
});
