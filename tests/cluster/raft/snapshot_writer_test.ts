import { assertEquals } from "@std/assert";
import { SnapshotWriter } from "../../../cluster/raft/snapshot_writer.ts";
import { parseSnapshotName } from "../../../cluster/raft/snapshot_path.ts";
import { snapshotBatches, snapshotRecords } from "../../../cluster/raft/snapshot_reader.ts";
import { VoterSet } from "../../../cluster/raft/voter_set.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import {
  parseSnapshotHeaderRecord,
  parseVotersRecord,
} from "../../../storage/record/control_message.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { FIXTURES, record, writeFile } from "./raft_support.ts";

Deno.test("Kafka's snapshots, written again from their records, have the same batches", async () => {
  const folder = `${FIXTURES}/__cluster_metadata-0`;
  for (const { name } of Deno.readDirSync(folder)) {
    const parsed = parseSnapshotName(name);
    if (parsed === undefined) continue;
    const env = manualEnv();
    env.fileSystem.makeDirectory("/theirs");
    writeFile(env.fileSystem, "/theirs/file", Deno.readFileSync(`${folder}/${name}`));
    const theirs = [...snapshotBatches(env.fileSystem, "/theirs/file")];
    const [header, , voters] = [...theirs[0]!.records()];
    const writer = new SnapshotWriter({
      env,
      directory: "/ours",
      id: parsed.id,
      lastContainedLogTimestamp: parseSnapshotHeaderRecord(header!).lastContainedLogTimestamp,
      kraftVersion: 1,
      voters: VoterSet.fromRecord(parseVotersRecord(voters!)),
    });
    writer.append(snapshotRecords(env.fileSystem, "/theirs/file"));
    await writer.freeze();
    assertEquals(env.fileSystem.list("/ours").map((entry) => entry.name), [name]);
    const ours = [...snapshotBatches(env.fileSystem, `/ours/${name}`)];
    assertEquals(ours.length, theirs.length, name);
    ours.forEach((batch, index) => {
      // Everything is the same but the time at which it was written, and so the checksum.
      for (const each of [batch, theirs[index]!]) each.bytes.fill(0, 17, 21);
      for (const each of [batch, theirs[index]!]) each.bytes.fill(0, 27, 43);
      assertEquals(batch.bytes, theirs[index]!.bytes, `${name} ${index}`);
    });
  }
});

Deno.test("a snapshot has its name once it is whole", () => {
  const env = manualEnv();
  const id = { offset: 5, epoch: 2 };
  const writer = new SnapshotWriter({ env, directory: "/d", id, lastContainedLogTimestamp: 1 });
  writer.append([record("a")]);
  const state = () => env.fileSystem.list("/d").map(({ name }) => parseSnapshotName(name)?.state);
  assertEquals(state(), ["partial"]);
  writer.freezeSync();
  writer.close();
  assertEquals(state(), ["complete"]);
  const path = "/d/00000000000000000005-0000000002.checkpoint";
  assertEquals(readWholeFile(env.fileSystem, path).length, writer.sizeInBytes);
  assertEquals([...snapshotRecords(env.fileSystem, path)], [record("a")]);
});

Deno.test("one that is given up leaves nothing", () => {
  const env = manualEnv();
  const id = { offset: 5, epoch: 2 };
  const writer = new SnapshotWriter({ env, directory: "/d", id, lastContainedLogTimestamp: 1 });
  writer.append([record("a")]);
  writer.close();
  writer.close();
  assertEquals(env.fileSystem.list("/d"), []);
});

Deno.test("many records make several batches of 8 MiB", () => {
  const env = manualEnv();
  const id = { offset: 5, epoch: 2 };
  const writer = new SnapshotWriter({ env, directory: "/d", id, lastContainedLogTimestamp: 1 });
  writer.append(Array.from({ length: 20 }, () => new Uint8Array(1024 * 1024)));
  writer.freezeSync();
  const path = "/d/00000000000000000005-0000000002.checkpoint";
  const batches = [...snapshotBatches(env.fileSystem, path)];
  assertEquals(batches.map(({ baseOffset, count }) => [baseOffset, count]), [
    [0, 1],
    [1, 7],
    [8, 7],
    [15, 6],
    [21, 1],
  ]);
});
