/** What the tests of the metadata log share. */

import { joinPath } from "../../../storage/file/paths.ts";
import { MetaPropertiesFile } from "../../../storage/file/meta_properties_file.ts";
import type { FileSystem } from "../../../storage/file/file_system.ts";
import { RaftDriver, type RaftDriverOptions } from "../../../cluster/raft/raft_driver.ts";
import type {
  CommittedBatch,
  LeaderAndEpoch,
  RaftListener,
} from "../../../cluster/raft/raft_listener.ts";
import type { OffsetAndEpoch } from "../../../cluster/raft/offset_and_epoch.ts";
import type { Env } from "../../../storage/env.ts";

export const FIXTURES = new URL("../../fixtures/broker", import.meta.url).pathname;
export const DIRECTORY = "/data";
export const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
export const DIRECTORY_ID = "YuBWMKKZSMSYSyRYTORJEQ";
/** The listener that the fixture's node had. */
export const LISTENER = { name: "CONTROLLER", host: "127.0.0.1", port: 19093 };

const utf8 = new TextEncoder();

/** A record that is as good as any: the metadata log does not look into it. */
export function record(text: string): Uint8Array {
  return utf8.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Makes the log directory that of node 1. */
export function formatDirectory(env: Env, directory = DIRECTORY): void {
  env.fileSystem.makeDirectory(directory);
  new MetaPropertiesFile(env.fileSystem, directory).write({
    version: 1,
    clusterId: CLUSTER_ID,
    nodeId: 1,
    directoryId: DIRECTORY_ID,
  }, env.clock.now());
}

/** Copies the fixture's log directory, of which the metadata log is a part, into a file system. */
export function copyFixture(fileSystem: FileSystem, directory = DIRECTORY): void {
  for (const folder of ["", "__cluster_metadata-0"]) {
    const from = folder === "" ? FIXTURES : `${FIXTURES}/${folder}`;
    const to = folder === "" ? directory : joinPath(directory, folder);
    fileSystem.makeDirectory(to);
    for (const { name, isFile } of Deno.readDirSync(from)) {
      if (isFile) writeFile(fileSystem, joinPath(to, name), Deno.readFileSync(`${from}/${name}`));
    }
  }
}

export function writeFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const file = fileSystem.open(path, { create: true });
  file.truncate(0);
  file.write(0, bytes);
  file.flushSync();
  file.close();
  fileSystem.flushDirectory(path.slice(0, path.lastIndexOf("/")));
}

/** A driver of node 1, which a static configuration makes the one voter unless the log has voters. */
export function openDriver(env: Env, options: Partial<RaftDriverOptions> = {}): RaftDriver {
  return RaftDriver.open({
    env,
    directory: DIRECTORY,
    nodeId: 1,
    controllerQuorumVoters: [{ id: 1, host: "127.0.0.1", port: 19093 }],
    ...options,
  });
}

/** Keeps what it is told, as lines. */
export class RecordingListener implements RaftListener {
  readonly lines: string[] = [];
  readonly batches: CommittedBatch[] = [];
  readonly leaders: LeaderAndEpoch[] = [];
  readonly snapshots: { readonly id: OffsetAndEpoch; readonly records: string[] }[] = [];

  handleCommit(batch: CommittedBatch): void {
    this.batches.push(batch);
    const records = batch.records.map(textOf).join(" ");
    this.lines.push(`commit ${batch.baseOffset}-${batch.lastOffset} ${records}`.trim());
  }

  handleSnapshot(records: Iterable<Uint8Array>, id: OffsetAndEpoch): void {
    this.snapshots.push({ id, records: Array.from(records, textOf) });
    this.lines.push(`snapshot ${id.offset}/${id.epoch}`);
  }

  handleLeaderChange(leader: LeaderAndEpoch): void {
    this.leaders.push(leader);
    this.lines.push(`leader ${leader.leaderId} ${leader.epoch}`);
  }
}
