import { assertEquals } from "@std/assert";
import { clusterMetadataParser } from "../../../../storage/cli/decoders/cluster_metadata_decoder.ts";
import { oneRecord } from "../cli_support.ts";

function value(hex: string): string | undefined {
  const parsed = clusterMetadataParser().parse(oneRecord(null, Uint8Array.fromHex(hex)));
  assertEquals(parsed.key, undefined);
  return parsed.value;
}

Deno.test("a metadata record has its type, version and data", () => {
  assertEquals(
    value("01020005746f7069" + "00".repeat(16) + "00"),
    '{"type":"TOPIC_RECORD","version":0,"data":{"name":"topi","topicId":"AAAAAAAAAAAAAAAAAAAAAA"}}',
  );
  assertEquals(value("01140000"), '{"type":"NO_OP_RECORD","version":0,"data":{}}');
});

Deno.test("what does not decode says so and is skipped", () => {
  assertEquals(value("908090"), "Error at 0, skipping. Error while reading frame version");
  assertEquals(
    value("904e904e"),
    "Error at 0, skipping. Could not deserialize metadata record due to unknown frame version 10000" +
      "(only frame version 1 is supported)",
  );
});
