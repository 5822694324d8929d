import { assertEquals } from "@std/assert";
import { includesVersion, type MessageSchema } from "../../storage/message/message_schema.ts";
import { clusterMetadataSchemas } from "../../storage/message/schemas/cluster_metadata.ts";
import { groupCoordinatorSchemas } from "../../storage/message/schemas/group_coordinator.ts";
import { remoteLogMetadataSchemas } from "../../storage/message/schemas/remote_log_metadata.ts";
import { shareCoordinatorSchemas } from "../../storage/message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../storage/message/schemas/transaction_coordinator.ts";
import { dumpLogTool } from "../../storage/cli/dump_log.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import { buildBatch, type NewRecord } from "../../storage/record/record_batch_builder.ts";
import { concat, runWith } from "../storage/cli/cli_support.ts";
import {
  arbitraryMessage,
  framed,
  prefixed,
  type RandomSource,
  seededRandom,
} from "../storage/cli/decoders/message_writer.ts";
import { kafka } from "./kafka/apache_kafka.ts";

/** Of records with arbitrary content, and of damaged ones, every decoder prints what Apache Kafka's prints. */

const ROUNDS = 30;

/** Now and then cuts the bytes off, flips some, or appends to them. */
function damaged(bytes: Uint8Array, random: RandomSource): Uint8Array {
  const below = (n: number) => Math.floor(random() * n);
  if (below(4) > 0) return bytes;
  if (below(3) === 0) return bytes.slice(0, below(bytes.length + 1));
  if (below(2) === 0) return concat(bytes, new Uint8Array(1 + below(3)));
  const copy = bytes.slice();
  for (let i = 0; i < 1 + below(3); i++) copy[below(copy.length)] = below(256);
  return copy;
}

function* versions(schema: MessageSchema): Generator<number> {
  const { lowest, highest } = schema.validVersions;
  for (let version = lowest; version <= highest + 1; version++) yield version;
}

function coordinatorRecords(schemas: readonly MessageSchema[], random: RandomSource): NewRecord[] {
  const records: NewRecord[] = [];
  for (const key of schemas.filter((schema) => schema.name.endsWith("Key"))) {
    const value = schemas.find((schema) =>
      schema.apiKey === key.apiKey && schema.name.endsWith("Value")
    )!;
    for (const version of versions(value)) {
      for (let round = 0; round < ROUNDS; round++) {
        const keyBytes = prefixed(key.apiKey, arbitraryMessage(key, 0, random));
        const valueBytes = prefixed(version, arbitraryMessage(value, version, random));
        records.push({
          key: damaged(keyBytes, random),
          value: round === 0 ? null : damaged(valueBytes, random),
        });
      }
    }
  }
  return records;
}

function framedRecords(schemas: readonly MessageSchema[], random: RandomSource): NewRecord[] {
  const records: NewRecord[] = [];
  for (const schema of schemas) {
    for (const version of versions(schema)) {
      for (let round = 0; round < ROUNDS; round++) {
        const bytes = framed(schema.apiKey, version, arbitraryMessage(schema, version, random));
        const isKnown = includesVersion(schema.validVersions, version);
        records.push({ key: null, value: isKnown ? damaged(bytes, random) : bytes });
      }
    }
  }
  return records;
}

const CASES: readonly [string, (random: RandomSource) => NewRecord[]][] = [
  ["--offsets-decoder", (random) => coordinatorRecords(groupCoordinatorSchemas(), random)],
  [
    "--transaction-log-decoder",
    (random) => coordinatorRecords(transactionCoordinatorSchemas(), random),
  ],
  [
    "--share-group-state-decoder",
    (random) => coordinatorRecords(shareCoordinatorSchemas(), random),
  ],
  ["--cluster-metadata-decoder", (random) => framedRecords(clusterMetadataSchemas(), random)],
  ["--remote-log-metadata-decoder", (random) => framedRecords(remoteLogMetadataSchemas(), random)],
];

for (const [decoder, recordsOf] of CASES) {
  Deno.test(`${decoder} prints what Kafka's does`, async () => {
    const records = recordsOf(seededRandom(2024));
    const directory = await Deno.makeTempDir();
    try {
      const log = `${directory}/00000000000000000000.log`;
      const batches: Uint8Array[] = [];
      for (let i = 0; i < records.length; i += 10) {
        const some = records.slice(i, i + 10).map((record) => ({ ...record, timestamp: 1 }));
        batches.push(buildBatch(some, { baseOffset: i }).slice());
      }
      await Deno.writeFile(log, concat(...batches));
      const theirs = await kafka("dump-log", decoder, "--files", log);
      const ours = await runWith(dumpLogTool, [decoder, "--files", log], new DiskFileSystem());
      assertEquals(ours.stdout.split("\n"), theirs.stdout.split("\n"));
      assertEquals([ours.status, theirs.code], [0, 0]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
