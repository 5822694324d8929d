import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  InvalidConfigError,
  InvalidRecordError,
  LogDirError,
  LogUnavailableError,
  OffsetOutOfRangeError,
} from "../../../storage/errors.ts";
import { RaftDriver } from "../../../cluster/raft/raft_driver.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import {
  CLUSTER_ID,
  copyFixture,
  DIRECTORY,
  DIRECTORY_ID,
  formatDirectory,
  LISTENER,
  openDriver,
  record,
  RecordingListener,
  writeFile,
} from "./raft_support.ts";

const LOG = `${DIRECTORY}/__cluster_metadata-0`;

function started(env = manualEnv()) {
  formatDirectory(env);
  const driver = openDriver(env);
  const listener = new RecordingListener();
  driver.register(listener);
  driver.start();
  return { env, driver, listener };
}

Deno.test("the only voter elects itself, and its listeners hear of it once its first record is committed", async () => {
  const { driver, listener } = started();
  assertEquals(listener.lines, ["commit 0-0", "leader 1 1"]);
  assertEquals(driver.leaderAndEpoch, { leaderId: 1, epoch: 1 });
  assertEquals([driver.highWatermark, driver.logEndOffset], [1, 1]);
  assert(driver.isLeader);
  await driver.shutdown();
  assertEquals(listener.lines.at(-1), "leader undefined 1");
});

Deno.test("every start begins a new epoch behind what is there", async () => {
  const { env, driver } = started();
  driver.append([record("a")]);
  await driver.flushAndCommit();
  await driver.shutdown();
  const again = openDriver(env);
  const listener = new RecordingListener();
  again.register(listener);
  again.start();
  assertEquals(listener.lines, ["commit 0-0", "commit 1-1 a", "commit 2-2", "leader 1 2"]);
  assertEquals(listener.batches.map(({ epoch }) => epoch), [1, 1, 2]);
  await again.shutdown();
});

Deno.test("quorum-state says who leads, in the version that goes with kraft.version", async () => {
  const text = (env: ReturnType<typeof manualEnv>) =>
    new TextDecoder().decode(readWholeFile(env.fileSystem, `${LOG}/quorum-state`));
  const { env, driver } = started();
  assertEquals(
    text(env),
    '{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}',
  );
  await driver.shutdown();
  const kafkas = manualEnv({ now: 1795360200000 });
  copyFixture(kafkas.fileSystem);
  const next = openDriver(kafkas, { controllerListeners: [LISTENER] });
  next.start();
  assertEquals(
    text(kafkas),
    '{"leaderId":1,"leaderEpoch":4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}',
  );
  await next.shutdown();
});

Deno.test("appends that are flushed together are one batch, committed in order", async () => {
  const { env, driver, listener } = started();
  assertEquals(driver.append([record("a"), record("b")]), 2);
  env.clock.set(env.clock.now() + 5);
  assertEquals(driver.append([record("c")]), 3);
  assertEquals([driver.logEndOffset, driver.highWatermark], [4, 1]);
  await driver.flushAndCommit();
  assertEquals(listener.lines.slice(2), ["commit 1-3 a b c"]);
  assertEquals(listener.batches[1]!.appendTimestamp, env.clock.now() - 5);
  assertEquals(driver.highWatermark, 4);
  await driver.shutdown();
});

Deno.test("who appends while a flush is under way shares the next one", async () => {
  const { driver, listener } = started();
  driver.append([record("a")]);
  const first = driver.flushAndCommit();
  driver.append([record("b")]);
  const second = driver.flushAndCommit();
  driver.append([record("c")]);
  const third = driver.flushAndCommit();
  await Promise.all([first, second, third]);
  assertEquals(listener.lines.slice(2), ["commit 1-1 a", "commit 2-2 b", "commit 3-3 c"]);
  await driver.shutdown();
});

Deno.test("a listener that comes late, or an order of its own, sees all from the beginning", async () => {
  const { driver } = started();
  driver.append([record("a")]);
  await driver.flushAndCommit();
  const late = new RecordingListener();
  driver.register(late);
  assertEquals(late.lines, ["commit 0-0", "commit 1-1 a", "leader 1 1"]);
  driver.unregister(late);
  driver.append([record("b")]);
  await driver.flushAndCommit();
  assertEquals(late.lines.length, 3);
  await driver.shutdown();
});

Deno.test("records that no batch can hold are refused, and nothing is appended", async () => {
  const env = manualEnv();
  formatDirectory(env);
  const driver = openDriver(env, { config: { maxBatchSize: 1000 } });
  driver.start();
  assertThrows(
    () => driver.append([new Uint8Array(500), new Uint8Array(500)]),
    InvalidRecordError,
    "The total record(s) size of 1079 exceeds the maximum allowed batch size of 1000",
  );
  assertEquals(driver.logEndOffset, 1);
  driver.append([new Uint8Array(600)]);
  driver.append([new Uint8Array(600)]);
  await driver.flushAndCommit();
  assertEquals(driver.highWatermark, 3);
  await driver.shutdown();
});

Deno.test("a snapshot takes the place of what is before it for those who come later", async () => {
  const { env, driver } = started();
  driver.append([record("a"), record("b")]);
  await driver.flushAndCommit();
  assertEquals(await driver.createSnapshot(3, [record("state")]), { offset: 3, epoch: 1 });
  assertEquals(driver.latestSnapshotId, { offset: 3, epoch: 1 });
  assertEquals(await driver.createSnapshot(3, [record("other")]), undefined);
  driver.append([record("c")]);
  await driver.flushAndCommit();
  const late = new RecordingListener();
  driver.register(late);
  assertEquals(late.lines, ["snapshot 3/1", "commit 3-3 c", "leader 1 1"]);
  assertEquals(late.snapshots[0]!.records, ["state"]);
  await driver.shutdown();
  const again = openDriver(env);
  const listener = new RecordingListener();
  again.register(listener);
  again.start();
  assertEquals(listener.lines, ["snapshot 3/1", "commit 3-3 c", "commit 4-4", "leader 1 2"]);
  await again.shutdown();
});

Deno.test("a snapshot ends at the end of a committed batch", async () => {
  const { driver } = started();
  driver.append([record("a"), record("b")]);
  await assertRejects(() => driver.createSnapshot(3, []), OffsetOutOfRangeError, "high-watermark");
  await driver.flushAndCommit();
  await assertRejects(
    () => driver.createSnapshot(2, []),
    OffsetOutOfRangeError,
    "Cannot create snapshot at offset (2) because it is not batch aligned. The batch containing the requested offset has a base offset of (1)",
  );
  assertEquals(await driver.createSnapshot(0, []), undefined);
  await driver.shutdown();
});

Deno.test("old snapshots and segments go by size, and the log begins at the next snapshot", async () => {
  const env = manualEnv();
  formatDirectory(env);
  const driver = openDriver(env, {
    config: { internalSegmentBytes: 2000, retentionBytes: 3500, deleteDelayMs: 10_000 },
  });
  driver.start();
  for (let i = 0; i < 4; i++) {
    for (let k = 0; k < 2; k++) {
      driver.append([new Uint8Array(900)]);
      await driver.flushAndCommit();
    }
    await driver.createSnapshot(driver.highWatermark, [record(`state ${i}`)]);
  }
  const names = () => env.fileSystem.list(LOG).map(({ name }) => name);
  const checkpoints = () => names().filter((name) => name.includes(".checkpoint"));
  assertEquals(checkpoints().length, 4);
  await env.clock.advance(60_000);
  assertEquals(driver.logStartOffset, 7);
  assertEquals(driver.latestSnapshotId, { offset: 9, epoch: 1 });
  assertEquals(checkpoints().filter((name) => !name.endsWith(".deleted")), [
    "00000000000000000007-0000000001.checkpoint",
    "00000000000000000009-0000000001.checkpoint",
  ]);
  assertEquals(checkpoints().filter((name) => name.endsWith(".deleted")).length, 2);
  await env.clock.advance(10_000);
  assertEquals(checkpoints().length, 2);
  assertEquals(names().filter((name) => name.endsWith(".deleted")), []);
  await driver.shutdown();
  const again = openDriver(env);
  const listener = new RecordingListener();
  again.register(listener);
  again.start();
  assertEquals(listener.lines[0], "snapshot 9/1");
  await again.shutdown();
});

Deno.test("old snapshots go by the age of the last record in them", async () => {
  const { env, driver } = started();
  const commit = async () => {
    driver.append([record("x")]);
    await driver.flushAndCommit();
    return await driver.createSnapshot(driver.highWatermark, []);
  };
  await commit();
  const second = await commit();
  await env.clock.advance(7 * 24 * 60 * 60 * 1000 + 120_000);
  assertEquals(driver.latestSnapshotId, second);
  assertEquals(driver.logStartOffset, 3);
  await driver.shutdown();
});

Deno.test("a directory that Kafka wrote with dynamic voters is taken up, in the next epoch", async () => {
  const env = manualEnv({ now: 1795360200000 });
  copyFixture(env.fileSystem);
  const driver = openDriver(env, {
    clusterId: CLUSTER_ID,
    controllerListeners: [LISTENER],
    controllerQuorumVoters: [],
  });
  const listener = new RecordingListener();
  driver.register(listener);
  const end = driver.logEndOffset;
  driver.start();
  assertEquals(listener.lines[0], "snapshot 260/3");
  assertEquals(listener.snapshots[0]!.records.length > 50, true);
  assertEquals(listener.lines.slice(-2), [`commit ${end}-${end}`, "leader 1 4"]);
  assertEquals(driver.kraftVersion, 1);
  assertEquals(driver.describeQuorum(), {
    leaderId: 1,
    leaderEpoch: 4,
    highWatermark: end + 1,
    currentVoters: [{
      replicaId: 1,
      replicaDirectoryId: DIRECTORY_ID,
      logEndOffset: end + 1,
      lastFetchTimestamp: env.clock.now(),
      lastCaughtUpTimestamp: env.clock.now(),
    }],
    observers: [],
    nodes: [{ nodeId: 1, listeners: [LISTENER] }],
  });
  await driver.shutdown();
});

Deno.test("a voter whose listener has moved tells the log in the first batch of its epoch", async () => {
  const env = manualEnv({ now: 1795360200000 });
  copyFixture(env.fileSystem);
  const moved = { ...LISTENER, port: 29093 };
  const driver = openDriver(env, { controllerListeners: [moved], controllerQuorumVoters: [] });
  const end = driver.logEndOffset;
  driver.start();
  assertEquals(driver.logEndOffset, end + 3);
  assertEquals(driver.describeQuorum()!.nodes, [{ nodeId: 1, listeners: [moved] }]);
  await driver.shutdown();
  const again = openDriver(env, { controllerListeners: [moved], controllerQuorumVoters: [] });
  again.start();
  assertEquals(again.logEndOffset, end + 4);
  await again.shutdown();
});

Deno.test("a quorum with other voters is refused, and they are named", () => {
  const env = manualEnv();
  formatDirectory(env);
  const voters = [1, 2, 3].map((id) => ({ id, host: `host${id}`, port: 9093 }));
  const driver = openDriver(env, { controllerQuorumVoters: voters });
  assertThrows(
    () => driver.start(),
    InvalidConfigError,
    "voters: 1@host1:9093,2@host2:9093,3@host3:9093",
  );
  const without = openDriver(env, { controllerQuorumVoters: [] });
  assertThrows(() => without.start(), InvalidConfigError, "no voters");
});

Deno.test("another directory of the same node is no voter", () => {
  const env = manualEnv({ now: 1795360200000 });
  copyFixture(env.fileSystem);
  const path = `${DIRECTORY}/meta.properties`;
  const text = new TextDecoder().decode(readWholeFile(env.fileSystem, path));
  const other = text.replace(DIRECTORY_ID, "AAAAAAAAAAAAAAAAAAAAZA");
  writeFile(env.fileSystem, path, new TextEncoder().encode(other));
  const driver = openDriver(env);
  assertEquals(driver.kraftVersion, 1);
  assertThrows(() => driver.start(), InvalidConfigError, `1@127.0.0.1:19093:${DIRECTORY_ID}`);
});

Deno.test("a directory that is not formatted, or is another node's or cluster's, is not opened", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(DIRECTORY);
  assertThrows(() => openDriver(env), LogUnavailableError, "No `meta.properties` found");
  formatDirectory(env);
  assertThrows(() => openDriver(env, { nodeId: 2 }), LogUnavailableError, "Stored node id 1");
  assertThrows(() => openDriver(env, { clusterId: "x" }), LogUnavailableError, "Expected x");
});

Deno.test("kraft.version can be raised while the node leads, and the voters then have directories", async () => {
  const { env, driver } = started();
  assertEquals([driver.kraftVersion, driver.upgradeKRaftVersion(1, true)], [0, undefined]);
  assertEquals(driver.kraftVersion, 0);
  assertEquals(driver.upgradeKRaftVersion(1, false), undefined);
  await driver.flushAndCommit();
  assertEquals(driver.kraftVersion, 1);
  assertEquals(driver.describeQuorum()!.currentVoters[0]!.replicaDirectoryId, DIRECTORY_ID);
  assert(driver.upgradeKRaftVersion(0, false)!.endsWith("because the new version is a downgrade"));
  assert(driver.upgradeKRaftVersion(2, false)!.endsWith("not all of the voters support it"));
  await driver.shutdown();
  const again = openDriver(env, { controllerQuorumVoters: [] });
  again.start();
  assertEquals(again.leaderAndEpoch, { leaderId: 1, epoch: 2 });
  await again.shutdown();
});

Deno.test("while the disk takes no more, nobody leads; once it does again, the next epoch begins", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  formatDirectory(env);
  const driver = openDriver(env);
  const listener = new RecordingListener();
  driver.register(listener);
  driver.start();
  const broken = fileSystem.inject({ code: "ENOSPC", kinds: ["write"], times: Infinity });
  driver.append([record("lost")]);
  await assertRejects(() => driver.flushAndCommit(), LogDirError);
  assertEquals(listener.lines.at(-1), "leader undefined 1");
  assertThrows(() => driver.append([record("x")]), LogUnavailableError, "not the current leader");
  await env.clock.advance(10_000);
  assertEquals(driver.isLeader, false);
  broken();
  await env.clock.advance(10_000);
  assert(driver.isLeader);
  driver.append([record("kept")]);
  await driver.flushAndCommit();
  assertEquals(listener.lines.filter((line) => /lost|kept/.test(line)), ["commit 2-2 kept"]);
  await driver.shutdown();
});

Deno.test("after a failed flush the log is given up, and its owner is told", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  formatDirectory(env);
  const failures: unknown[] = [];
  const driver = openDriver(env, { onFailure: (error) => failures.push(error) });
  const listener = new RecordingListener();
  driver.register(listener);
  driver.start();
  fileSystem.inject({ code: "EIO", kinds: ["flush"], path: ".log" });
  driver.append([record("a")]);
  await assertRejects(() => driver.flushAndCommit(), LogDirError);
  assertEquals(failures.length, 1);
  assertEquals(listener.lines, ["commit 0-0", "leader 1 1", "leader undefined 1"]);
  assertThrows(() => driver.append([record("x")]), LogUnavailableError, "is closed");
  await driver.shutdown();
});

Deno.test("a torn end is cut off, what was committed stays", async () => {
  const { env, driver } = started();
  driver.append([record("a")]);
  await driver.flushAndCommit();
  await driver.shutdown();
  const path = `${LOG}/00000000000000000000.log`;
  const file = env.fileSystem.open(path);
  file.write(file.size(), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 60, 1, 2, 3]));
  file.close();
  const again = openDriver(env);
  const listener = new RecordingListener();
  again.register(listener);
  again.start();
  assertEquals(listener.lines, ["commit 0-0", "commit 1-1 a", "commit 2-2", "leader 1 2"]);
  await again.shutdown();
});

Deno.test("it can hold the directory's lock, and gives it back", async () => {
  const env = manualEnv();
  formatDirectory(env);
  const driver = openDriver(env, { lockDirectory: true });
  driver.start();
  assertThrows(() => env.fileSystem.lock(DIRECTORY), LogUnavailableError);
  await driver.shutdown();
  await driver.shutdown();
  env.fileSystem.lock(DIRECTORY).release();
  assertThrows(() => driver.append([]), LogUnavailableError, "closed");
});

Deno.test("it is started once", async () => {
  const { driver } = started();
  assertThrows(() => driver.start(), TypeError);
  await driver.shutdown();
  assert(driver instanceof RaftDriver);
});
