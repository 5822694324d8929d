import { assertEquals, assertThrows } from "@std/assert";
import {
  bootstrapMetadata,
  bootstrapMetadataText,
  featureLevelRecords,
  readBootstrapMetadata,
} from "../../../cluster/raft/bootstrap_metadata.ts";
import { parseMetadataVersion } from "../../../client/metadata/metadata_version.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { FIXTURES } from "./raft_support.ts";

const LEVELS = new Map([
  ["transaction.version", 2],
  ["kraft.version", 1],
  ["share.version", 1],
  ["streams.version", 1],
  ["eligible.leader.replicas.version", 1],
  ["group.version", 1],
]);

Deno.test("the records of Kafka's file are those that its levels give", () => {
  const read = readBootstrapMetadata(new DiskFileSystem(), FIXTURES);
  assertEquals(read.records, featureLevelRecords(parseMetadataVersion("4.3", false), LEVELS));
  assertEquals(read.metadataVersion, 30);
  assertEquals(read.source, `the binary bootstrap metadata file: ${FIXTURES}/bootstrap.checkpoint`);
});

Deno.test("without a file a cluster begins with the newest metadata.version", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/d");
  const metadata = readBootstrapMetadata(env.fileSystem, "/d");
  assertEquals([metadata.records.length, metadata.metadataVersion], [1, 30]);
  assertEquals(
    bootstrapMetadataText(metadata),
    "BootstrapMetadata(records=[ApiMessageAndVersion(FeatureLevelRecord(name='metadata.version', featureLevel=30) at version 0)], metadataVersionLevel=30, source=the default bootstrap)",
  );
});

Deno.test("features at level 0 have no record, and metadata.version must have one", () => {
  const records = featureLevelRecords(
    parseMetadataVersion("3.9", false),
    new Map([["group.version", 0]]),
  );
  assertEquals(records.length, 1);
  assertThrows(() => bootstrapMetadata([], "here"), CorruptRecordError, "from here");
});
