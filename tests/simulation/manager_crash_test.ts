import { assert, assertEquals } from "@std/assert";
import { logTool } from "../../storage/cli/log_tool.ts";
import { parseTopicPartitionName } from "../../storage/file/file_names.ts";
import { OffsetCheckpointFile } from "../../storage/file/offset_checkpoint_file.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { FaultyFileSystem, type Operation, SimulatedCrash } from "../support/faulty_file_system.ts";
import { ManualClock, manualEnv } from "../support/manual_env.ts";
import { batchOf, endMarker } from "../support/partition_log.ts";
import {
  DELETE_DELAY_MS,
  LOG_DIRS,
  ManagerHistory,
  managerOptions,
  partitionOf,
  type World,
} from "./manager_history.ts";
import type { ModelProducers } from "./model_producers.ts";
import { checkLog, type PartitionModel } from "./partition_model.ts";

/**
 * A log manager at work, and the machine going down at an operation on the disk: whatever is left, the manager opens it, holds what
 * FORMAT.md promises, and goes on. `CRASH_POINTS=all` looks at every operation, a number at about so many; by default some
 * hundred, each kind of operation on each kind of file among them. `SEED` picks one history, `OPERATION` one of its operations.
 */

const wanted = Deno.env.get("CRASH_POINTS") ?? "100";
const onlySeed = Deno.env.get("SEED");
const onlyOperation = Deno.env.get("OPERATION");
const seeds = onlySeed === undefined ? [1, 2] : [Number(onlySeed)];

function newWorld(seed: number): World {
  const clock = new ManualClock();
  const fileSystem = new FaultyFileSystem({ now: () => clock.now() });
  return { ...manualEnv({ seed, fileSystem }), clock };
}

/** What is left of the disk in one case, and what the program knew. */
interface Left {
  readonly context: string;
  readonly fileSystem: FaultyFileSystem;
  readonly seed: number;
  readonly now: number;
  readonly models: readonly PartitionModel[];
  /** Whether the process ended and the machine went on. */
  readonly isKill: boolean;
}

/** Offsets and ids of a path do not matter for what kind of file it is. */
function kindOf({ kind, path, detail }: Operation): string {
  const general = (text: string) => text.replace(/[0-9a-f]{32}/g, "ID").replace(/\d+/g, "N");
  return `${kind} ${general(path)} ${kind === "rename" ? general(detail) : ""}`;
}

/** Which operations of the history to look at. */
async function crashPoints(seed: number, count: number): Promise<Set<number>> {
  const env = newWorld(seed);
  await new ManagerHistory(env).run();
  const { history } = env.fileSystem;
  const all = history.map(({ number }) => number);
  if (onlyOperation !== undefined) return new Set([Number(onlyOperation)]);
  if (count >= all.length) return new Set(all);
  const points = new Set<number>();
  const kinds = new Set<string>();
  for (const operation of history) {
    const kind = kindOf(operation);
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    if (points.size < count / 2) points.add(operation.number);
  }
  const step = all.length / (count - points.size);
  for (let at = seed % step; at < all.length; at += step) points.add(all[Math.floor(at)]!);
  return points;
}

/** Partitions' directories and files that no finished work leaves behind. */
function leftovers(fileSystem: FaultyFileSystem): string[] {
  const found: string[] = [];
  for (const directory of LOG_DIRS) {
    for (const { name, isDirectory } of fileSystem.list(directory)) {
      if (!isDirectory) continue;
      if (parseTopicPartitionName(name)?.kind !== "log") found.push(`${directory}/${name}`);
      for (const { name: file } of fileSystem.list(`${directory}/${name}`)) {
        if (/\.(?:deleted|cleaned|swap|tmp)$|^\./.test(file)) found.push(`${name}/${file}`);
      }
    }
  }
  return found;
}

async function faults(env: World): Promise<string[]> {
  const lines: string[] = [];
  const io = { env, stdout: (text: string) => void lines.push(text), stderr: () => {} };
  const statuses: number[] = [];
  for (const directory of LOG_DIRS) statuses.push(await logTool(["verify", directory], io));
  return statuses.every((status) => status === 0)
    ? []
    : lines.filter((line) => !line.endsWith("no fault"));
}

/** The checkpoints, once they are written again, say what is so. */
function checkCheckpoints(fileSystem: FaultyFileSystem, manager: LogManager): void {
  manager.checkpointLogRecoveryOffsets();
  manager.checkpointLogStartOffsets();
  manager.checkpointHighWatermarks();
  for (const directory of LOG_DIRS) {
    for (const name of ["recovery-point", "replication", "log-start"]) {
      const path = `${directory}/${name}-offset-checkpoint`;
      for (
        const { topicPartition, offset } of new OffsetCheckpointFile(fileSystem, path).read()
          .values()
      ) {
        const log = manager.getLog(topicPartition);
        if (log === undefined || !log.directory.startsWith(`${directory}/`)) continue;
        assert(
          offset <= log.logEndOffset,
          `${path} has ${offset} for a log to ${log.logEndOffset}`,
        );
      }
    }
  }
}

/** Producers send again what they sent last, and go on; a transaction that is open is aborted. */
function goOn(log: PartitionLog, producers: ModelProducers, now: number): void {
  for (const [producerId, expected] of producers.all) {
    const entry = log.activeProducers.get(producerId);
    if (entry === undefined) continue;
    const { epoch } = expected;
    if (entry.lastDataOffset >= 0) {
      const { firstSeq, lastSeq, lastOffset } = entry.batchMetadata.at(-1)!;
      const again = batchOf(Array.from({ length: lastSeq - firstSeq + 1 }, () => "again"), {
        key: "again",
        timestamp: now,
        producerId,
        producerEpoch: epoch,
        baseSequence: firstSeq,
        isTransactional: expected.transactionStart !== undefined,
      });
      const info = log.appendAsLeader(again, 0);
      assertEquals([info.duplicate, info.lastOffset], [true, lastOffset]);
    }
    if (expected.transactionStart !== undefined) {
      log.appendAsLeader(endMarker(producerId, epoch, "ABORT", { timestamp: now }), 0, {
        origin: "coordinator",
        transactionVersion: 0,
      });
    }
    const options = {
      key: "next",
      timestamp: now,
      producerId,
      producerEpoch: epoch,
      baseSequence: entry.isEmpty ? 0 : entry.lastSeq + 1,
    };
    log.appendAsLeader(batchOf(["next"], options), 0);
  }
  log.appendAsLeader(batchOf(["after"], { key: "after", timestamp: now }), 0);
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(log.lastStableOffset, log.logEndOffset);
}

/** What the logs hold and know. */
function summaries(manager: LogManager): unknown[] {
  const logs = manager.allLogs.sort((a, b) =>
    a.topicPartition.topic < b.topicPartition.topic ? -1 : 1
  );
  return logs.map(summary);
}

function summary(log: PartitionLog): unknown {
  const batches: number[] = [];
  for (const segment of log.segments.values()) {
    for (const batch of segment.batches()) batches.push(batch.baseOffset, batch.checksum);
  }
  const producers = [...log.activeProducers.values()].sort((a, b) => a.producerId - b.producerId);
  return {
    ...log.topicPartition,
    directory: log.directory,
    offsets: [log.logStartOffset, log.logEndOffset, log.highWatermark, log.lastStableOffset],
    batches,
    producers: producers.map((entry) => [
      entry.producerId,
      entry.producerEpoch,
      // Of the batches before, a snapshot knows nothing.
      entry.batchMetadata.at(-1)?.firstSeq,
      entry.lastSeq,
      entry.lastDataOffset,
      entry.currentTxnFirstOffset,
    ]),
  };
}

function checkLogs(
  manager: LogManager,
  { models, isKill }: Left,
): Map<PartitionLog, ModelProducers> {
  assertEquals([manager.offlineLogDirs, manager.strayLogs], [[], []]);
  const states = new Map<PartitionLog, ModelProducers>();
  for (const model of models) {
    const log = manager.getLog(partitionOf(model.topic));
    try {
      if (log === undefined) {
        // A new log's name survives a power cut once something in it was flushed.
        const isNamed = isKill ? model.isCreated : model.isKept || model.flushed > 0;
        assert(!isNamed || model.deletion !== "none", "the partition is gone");
        continue;
      }
      assert(model.deletion !== "done", "the partition is back");
      // The id is there before the first record.
      const hasId = log.topicId !== undefined || model.isKept || log.logEndOffset > 0;
      if (model.isCreated && hasId) assertEquals(log.topicId, model.topicId);
      states.set(log, checkLog(log, model, isKill ? model.acknowledged : model.flushed));
    } catch (cause) {
      throw new Error(model.topic, { cause });
    }
  }
  return states;
}

async function check(left: Left): Promise<void> {
  const { fileSystem, seed, now } = left;
  const env = manualEnv({ seed, now, fileSystem }) as World;
  const manager = await LogManager.open(managerOptions(env, false));
  const states = checkLogs(manager, left);
  checkCheckpoints(fileSystem, manager);
  for (const [log, state] of states) goOn(log, state, now);
  for (const log of manager.allLogs) {
    if (!log.isFuture) continue;
    // A move was under way: it can be finished.
    await manager.moveLog(log.topicPartition, log.directory.slice(0, LOG_DIRS[0].length));
  }
  for (const log of manager.allLogs) {
    await log.flush();
  }
  await manager.cleanupLogs();
  if (seed % 3 === 0) {
    for (const { topicPartition, config } of manager.allLogs) {
      if (config.compact) await manager.compact(topicPartition);
    }
  }
  env.clock.set(now + DELETE_DELAY_MS + 1);
  manager.deleteLogs();
  const before = summaries(manager);
  await manager.shutdown();
  assertEquals(leftovers(fileSystem), []);
  assertEquals(await faults(env), []);

  // The stop was a clean one: the next power cut takes nothing.
  const cut = fileSystem.afterCrash({ seed });
  const again = await LogManager.open(managerOptions({ ...env, fileSystem: cut }, false));
  assertEquals(summaries(again), before);
  await again.shutdown();
}

async function checkAll(left: Left): Promise<void> {
  const cases = left.seed % 4 === 0 ? [await crashInRecovery(left), left] : [left];
  for (const each of cases) {
    try {
      await check(each);
    } catch (cause) {
      throw new Error(each.context, { cause });
    }
  }
}

/** Recovery itself is cut short, and there is another power cut. */
async function crashInRecovery(left: Left): Promise<Left> {
  const fileSystem = left.fileSystem.processKill();
  fileSystem.crashAt(1 + left.seed % 37);
  const env = manualEnv({ seed: left.seed, now: left.now, fileSystem }) as World;
  try {
    await (await LogManager.open(managerOptions(env, false))).shutdown();
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error;
  }
  return {
    ...left,
    context: `${left.context}, and again in recovery`,
    fileSystem: fileSystem.afterCrash({ seed: left.seed + 1 }),
    // What a first power cut spares is not flushed for that, unless recovery does so.
    isKill: false,
  };
}

async function crashEverywhere(seed: number): Promise<void> {
  const count = wanted === "all" ? Infinity : Math.ceil(Number(wanted) / seeds.length);
  const points = await crashPoints(seed, count);
  const env = newWorld(seed);
  let pending: Left[] = [];
  const step = async () => {
    const now = pending;
    pending = [];
    for (const left of now) await checkAll(left);
  };
  const history = new ManagerHistory(env, { step });
  env.fileSystem.onOperation = (operation) => {
    if (!points.has(operation.number)) return;
    history.claims();
    const models = history.models.map((model) => model.copy());
    const now = env.clock.now();
    const add = (what: string, lossSeed: number, fileSystem: FaultyFileSystem, isKill: boolean) =>
      pending.push({
        context: `${what} at SEED=${seed} OPERATION=${operation.number}, disk ${lossSeed}: ${
          JSON.stringify(operation)
        }`,
        fileSystem,
        seed: lossSeed,
        now,
        models,
        isKill,
      });
    for (let i = 0; i < 3; i++) {
      const lossSeed = operation.number * 3 + i;
      add("Power cut", lossSeed, env.fileSystem.afterCrash({ seed: lossSeed }), false);
    }
    const lossSeed = operation.number;
    add("Process killed", lossSeed, env.fileSystem.processKill({ seed: lossSeed }), true);
  };
  await history.run();
  assert(points.size > Math.min(count, 100) / 2 || onlyOperation !== undefined);
}

for (const seed of seeds) {
  Deno.test(`a log manager loses nothing in a crash at any operation (history ${seed})`, () =>
    crashEverywhere(seed));
}
