import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  batchValues,
  loadQuorumFromSnapshot,
  snapshotBatches,
  snapshotRecords,
  snapshotTimestamp,
} from "../../../cluster/raft/snapshot_reader.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import { VoterSet } from "../../../cluster/raft/voter_set.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY_ID, FIXTURES, writeFile } from "./raft_support.ts";

const names = [...Deno.readDirSync(`${FIXTURES}/__cluster_metadata-0`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".checkpoint")).sort();

function withFile(bytes: Uint8Array) {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/d");
  writeFile(env.fileSystem, "/d/snapshot", bytes);
  return env.fileSystem;
}

const read = (name: string) => Deno.readFileSync(`${FIXTURES}/__cluster_metadata-0/${name}`);

Deno.test("every snapshot that Kafka wrote is read, with its voters and its age", () => {
  assertEquals(names.length, 4);
  for (const name of names) {
    const fileSystem = withFile(read(name));
    const offset = Number(name.slice(0, 20));
    const records = [...snapshotRecords(fileSystem, "/d/snapshot")];
    assertEquals(records.length > 0, offset > 0, name);
    // Frame version, api key and record version lead each record.
    assert(records.every((record) => record[0] === 1), name);
    assert(snapshotTimestamp(fileSystem, "/d/snapshot") > 1795360100000, name);
    const history = new QuorumHistory(VoterSet.EMPTY);
    loadQuorumFromSnapshot(fileSystem, "/d/snapshot", offset, history);
    assertEquals(history.lastVotersOffset, offset - 1);
    assertEquals(history.lastVoters.toString(), `1@127.0.0.1:19093:${DIRECTORY_ID}`);
    assertEquals(history.lastKRaftVersion, 1);
  }
});

Deno.test("a snapshot that is cut off or damaged anywhere is refused", () => {
  const bytes = read(names[1]!);
  const batches = [...snapshotBatches(withFile(bytes), "/d/snapshot")];
  const footer = batches.at(-1)!.sizeInBytes;
  for (const cut of [bytes.length - 1, bytes.length - footer, bytes.length - footer - 1, 10]) {
    const fileSystem = withFile(bytes.slice(0, cut));
    assertThrows(
      () => [...snapshotRecords(fileSystem, "/d/snapshot")],
      CorruptRecordError,
      undefined,
      String(cut),
    );
  }
  const flipped = bytes.slice();
  flipped[1000]! ^= 1;
  assertThrows(() => [...snapshotRecords(withFile(flipped), "/d/snapshot")], CorruptRecordError);
});

Deno.test("what does not begin with a header is no snapshot", () => {
  const fileSystem = withFile(buildBatch([{ value: new Uint8Array(1) }]));
  assertThrows(
    () => [...snapshotRecords(fileSystem, "/d/snapshot")],
    CorruptRecordError,
    "does not begin with a header",
  );
  assertThrows(() => [...snapshotRecords(withFile(new Uint8Array()), "/d/snapshot")]);
});

Deno.test("a metadata record without a value is refused", () => {
  const batch = new RecordBatch(buildBatch([{ key: new Uint8Array(1) }]));
  assertThrows(() => batchValues(batch), CorruptRecordError, "offset: 0");
});
