import { assertEquals } from "@std/assert";
import { readTopicConfigs } from "../../../../storage/cli/log/metadata_configs.ts";
import { copyOfFixtures, memoryWith, writeFile } from "../cli_support.ts";

Deno.test("the metadata log beside the partitions tells the topics' configs", () => {
  const configs = readTopicConfigs(copyOfFixtures("broker/__cluster_metadata-0"), "/broker");
  assertEquals(configs.get("compacted")?.["cleanup.policy"], "compact");
  assertEquals(configs.get("multiseg")?.["index.interval.bytes"], "512");
  assertEquals(configs.get("__consumer_offsets")?.["cleanup.policy"], "compact");
});

Deno.test("without a metadata log, or with a broken one, less is known", () => {
  assertEquals(readTopicConfigs(memoryWith({}), "/broker").size, 0);
  const fileSystem = copyOfFixtures("broker/__cluster_metadata-0");
  for (const { name } of fileSystem.list("/broker/__cluster_metadata-0")) {
    writeFile(fileSystem, `/broker/__cluster_metadata-0/${name}`, "garbage");
  }
  assertEquals(readTopicConfigs(fileSystem, "/broker").size, 0);
});
