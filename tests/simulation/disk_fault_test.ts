import { assert, assertEquals } from "@std/assert";
import { logTool } from "../../storage/cli/log_tool.ts";
import { Log } from "../../storage/embedded/log.ts";
import { CorruptRecordError, LogDirError, StorageError } from "../../storage/errors.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { string } from "../../storage/serde/string.ts";
import { type CallKind, type Fault, FaultyFileSystem } from "../support/faulty_file_system.ts";
import { ManualClock, manualEnv } from "../support/manual_env.ts";
import {
  LOG_DIRS,
  ManagerHistory,
  managerOptions,
  partitionOf,
  type World,
} from "./manager_history.ts";
import { checkLog, PartitionModel } from "./partition_model.ts";

/**
 * A disk that fails at one call, or from one call on: with EIO, ENOSPC or EMFILE, or with reads that end early. What is done with
 * the engine succeeds or throws one of its errors; nothing that was acknowledged is lost, and once the fault is gone the log is
 * whole. `FAULT_POINTS` is about how many calls of the manager's history to look at, `all` for every one; `FAULT` repeats one that failed.
 */

const wanted = Deno.env.get("FAULT_POINTS") ?? "20";
const onlyFault = Deno.env.get("FAULT");
const calls: readonly CallKind[] = ["open", "read", "stat", "list", "setModified", "lock"];
const directory = "/events";

function newWorld(seed: number): World {
  const clock = new ManualClock();
  const fileSystem = new FaultyFileSystem({ now: () => clock.now() });
  return { ...manualEnv({ seed, fileSystem }), clock };
}

/** One way for the disk to fail: once, from an operation on, or with reads that end early. */
type Trouble =
  | Fault
  | { readonly code: string; readonly from: number; readonly kinds: readonly CallKind[] }
  | { readonly shortReads: number };

function inject(fileSystem: FaultyFileSystem, trouble: Trouble): void {
  if ("shortReads" in trouble) {
    fileSystem.shortenReads(/\./, { seed: trouble.shortReads, probability: 0.02 });
  } else if ("from" in trouble) {
    const { from, code, kinds } = trouble;
    fileSystem.onOperation = ({ number }) => {
      if (number !== from) return;
      fileSystem.inject({ code, kinds, path: /^\/(?:disk1|events)/, times: Infinity });
    };
  } else fileSystem.inject(trouble);
}

/** How often each kind of call is made when nothing fails. */
class CountingFileSystem extends FaultyFileSystem {
  readonly counts = new Map<CallKind, number>();

  constructor(now: () => number) {
    super({ now });
    // A fault that never comes sees every call.
    for (const kind of calls) {
      this.counts.set(kind, 0);
      const path = /$/;
      const test = path.test.bind(path);
      path.test = (text) => {
        this.counts.set(kind, this.counts.get(kind)! + 1);
        return test(text);
      };
      this.inject({ code: "EIO", kinds: [kind], path, skip: Infinity });
    }
  }
}

async function countCalls(
  run: (world: World) => Promise<unknown>,
): Promise<{ operations: number; counts: ReadonlyMap<CallKind, number> }> {
  const clock = new ManualClock();
  const fileSystem = new CountingFileSystem(() => clock.now());
  await run({ ...manualEnv({ seed: 5, fileSystem }), clock });
  return { operations: fileSystem.operations, counts: fileSystem.counts };
}

/** Troubles at every operation and call, or at every one in `step`. */
function troubles(
  operations: number,
  counts: ReadonlyMap<CallKind, number>,
  step: number,
): Trouble[] {
  if (onlyFault !== undefined) return [JSON.parse(onlyFault) as Trouble];
  const codes = ["EIO", "ENOSPC", "EMFILE"];
  const all: Trouble[] = [];
  for (let at = 1; at <= operations; at += step) {
    const code = codes[all.length % 2]!;
    all.push({ code, at: Math.floor(at), written: 7 * (all.length % 9) });
  }
  for (const [kind, count] of counts) {
    for (let skip = 0; skip < count; skip += step) {
      all.push({ code: codes[all.length % 3]!, kinds: [kind], skip: Math.floor(skip) });
    }
  }
  // A full disk stays full, a broken one broken.
  for (let from = 1; from <= operations; from += 4 * step) {
    const code = codes[all.length % 2]!;
    const kinds: CallKind[] = ["create", "write", "makeDirectory", "rename"];
    if (code === "EIO") kinds.push("truncate", "flush", "flushDirectory", "remove", "read");
    all.push({ code, from: Math.floor(from), kinds });
  }
  for (let shortReads = 1; shortReads <= operations / step / 4; shortReads++) {
    all.push({ shortReads });
  }
  return all;
}

/** The engine tells of a disk that fails with its own errors, and no other. */
function assertTyped(error: unknown): void {
  if (error instanceof StorageError) return;
  throw error;
}

// An embedded log.

class EmbeddedHistory {
  readonly model = new PartitionModel("events", "", true);
  readonly #env: World;
  #log: Log<string, string> | undefined;

  constructor(env: World) {
    this.#env = env;
  }

  #open(): Log<string, string> {
    return this.#log ??= Log.open<string, string>(directory, {
      env: this.#env,
      serde: string(),
      keySerde: string(),
      internalSegmentBytes: 600,
      indexIntervalBytes: 150,
      cleanupPolicy: ["compact", "delete"],
      retentionMs: 60_000,
      fileDeleteDelayMs: 1000,
      minCleanableDirtyRatio: 0,
    });
  }

  #append(): void {
    const { random, clock } = this.#env;
    const log = this.#open();
    const timestamp = clock.now();
    const records = Array.from({ length: 1 + random.below(4) }, () => ({
      key: `k${random.below(6)}`,
      value: random.chance(0.1) ? null : "v".repeat(random.below(60)) + random.below(1000),
      timestamp,
    }));
    this.model.attempt(records.map((record) => ({
      ...record,
      producerId: -1,
      epoch: -1,
      sequence: -1,
      isTransactional: false,
    })));
    try {
      const { lastOffset } = log.append(records);
      assertEquals(lastOffset, this.model.end - 1);
      this.model.acknowledged = this.model.end;
    } catch (error) {
      this.model.failed(log.logEndOffset);
      throw error;
    }
    clock.set(clock.now() + 400);
  }

  #read(): void {
    const log = this.#open();
    const { current, start } = this.model;
    const from = Math.max(start, log.logStartOffset);
    for (const { offset, key, value } of log.read({ from })) {
      const entry = current[offset];
      assertEquals([key, value], [entry?.key, entry?.value], `offset ${offset}`);
    }
  }

  #steps(): readonly (() => unknown)[] {
    const append = () => this.#append();
    const read = () => this.#read();
    const flush = () => this.#open().flush();
    const compact = () => this.#open().compact();
    const close = () => this.close();
    const deleteRecords = () => {
      const log = this.#open();
      const offset = log.logStartOffset +
        Math.floor((log.logEndOffset - log.logStartOffset) * 0.4);
      this.model.start = Math.max(this.model.start, offset);
      log.deleteRecords(offset);
    };
    const retain = () => {
      this.#env.clock.set(this.#env.clock.now() + 2000);
      this.#open().applyRetention();
    };
    const byTime = () => void this.#open().offsetForTimestamp(this.#env.clock.now() - 3000);
    return [
      ...[append, append, append, append, append, read, flush, append, append, append, append],
      ...[compact, read, append, close, append, byTime, read, append, append, deleteRecords],
      ...[retain, append, append, flush, compact, byTime, append, read, close, append],
    ];
  }

  close(): void {
    const log = this.#log;
    this.#log = undefined;
    log?.close();
  }

  /** Goes through the steps, whatever fails; `reopens` as a program that starts anew after an error. */
  async run(reopens: boolean): Promise<void> {
    for (const step of this.#steps()) {
      try {
        await step();
      } catch (error) {
        assertTyped(error);
        if (!reopens) continue;
        try {
          this.close();
        } catch (second) {
          assertTyped(second);
        }
      }
    }
    try {
      this.close();
    } catch (error) {
      assertTyped(error);
    }
  }

  /** With a sound disk all is there, and sound. */
  async check(): Promise<void> {
    const log = this.#open();
    this.#read();
    checkLog(log.partitionLog, this.model, this.model.acknowledged);
    this.#append();
    await log.compact();
    checkLog(log.partitionLog, this.model, this.model.acknowledged);
    this.#env.clock.set(this.#env.clock.now() + 1000);
    log.applyRetention();
    this.close();
    assertEquals(await faults(this.#env, directory), "");
  }
}

async function faults(env: World, path: string): Promise<string> {
  const lines: string[] = [];
  const io = { env, stdout: (text: string) => void lines.push(text), stderr: () => {} };
  return await logTool(["verify", path], io) === 0 ? "" : lines.join("\n");
}

Deno.test("an embedded log on a disk that fails at any call throws its own errors, and loses nothing", async () => {
  const { operations, counts } = await countCalls((world) => new EmbeddedHistory(world).run(false));
  assert(operations > 200, `operations: ${operations}`);
  let failed = 0;
  for (const trouble of troubles(operations, counts, 1)) {
    for (const reopens of [false, true]) {
      const world = newWorld(5);
      inject(world.fileSystem, trouble);
      const history = new EmbeddedHistory(world);
      try {
        await history.run(reopens);
        world.fileSystem.onOperation = undefined;
        world.fileSystem.heal();
        await history.check();
      } catch (cause) {
        const then = reopens ? "starts anew" : "goes on";
        throw new Error(`FAULT='${JSON.stringify(trouble)}', the program ${then}`, { cause });
      }
      failed++;
    }
  }
  assert(failed > 500 || onlyFault !== undefined, `faults: ${failed}`);
});

// A log manager.

async function manageWith(trouble: Trouble): Promise<void> {
  const world = newWorld(5);
  const { fileSystem } = world;
  inject(fileSystem, trouble);
  const isShortRead = "shortReads" in trouble;
  const history = new ManagerHistory(world, {
    onError(error, topic) {
      assertTyped(error);
      const { manager } = history;
      // A file that is shorter than it was fails who reads it. Any other failure takes the directory offline, but for a full disk,
      // and none passes for damaged records.
      if (manager === undefined || topic === undefined || isShortRead) return;
      if (error instanceof LogDirError && error.isDiskFull) return;
      assert(!(error instanceof CorruptRecordError), String((error as Error).stack));
      const isServed = manager.getLog(partitionOf(topic)) !== undefined;
      // A move fails with the other disk.
      assert(
        manager.offlineLogDirs.length > 0 && (!isServed || history.moving === topic),
        String((error as Error).stack),
      );
    },
  });
  await history.run();
  try {
    await history.manager?.shutdown();
  } catch (error) {
    assertTyped(error);
  }
  const offline = history.manager?.offlineLogDirs ?? [];
  assert(offline.length < 2 || isShortRead, `offline: ${offline}`);
  fileSystem.onOperation = undefined;
  fileSystem.heal();
  const env = { ...manualEnv({ seed: 6, now: world.clock.now(), fileSystem }) } as World;
  const manager = await LogManager.open(managerOptions(env, false));
  assertEquals(manager.offlineLogDirs, []);
  for (const model of history.models) {
    const log = manager.getLog(partitionOf(model.topic));
    try {
      if (log === undefined) {
        assert(!model.isCreated || model.deletion !== "none", "the partition is gone");
        continue;
      }
      // A disk on which it could not be made may have an empty one.
      if (model.deletion === "done") assertEquals(log.logEndOffset, 0);
      else checkLog(log, model, model.acknowledged);
    } catch (cause) {
      throw new Error(model.topic, { cause });
    }
  }
  for (const log of manager.allLogs) {
    if (log.isFuture) await manager.moveLog(log.topicPartition, log.directory.slice(0, 6));
  }
  env.clock.set(env.clock.now() + 5000);
  manager.deleteLogs();
  await manager.shutdown();
  for (const path of LOG_DIRS) assertEquals(await faults(env, path), "");
}

Deno.test("a log manager takes a directory offline whose disk fails at any call, and loses nothing", async () => {
  const { operations, counts } = await countCalls((world) => new ManagerHistory(world).run());
  const total = operations * 1.5 + [...counts.values()].reduce((sum, count) => sum + count, 0);
  const step = wanted === "all" ? 1 : Math.max(1, total / Number(wanted));
  for (const trouble of troubles(operations, counts, step)) {
    try {
      await manageWith(trouble);
    } catch (cause) {
      throw new Error(`FAULT='${JSON.stringify(trouble)}'`, { cause });
    }
  }
});
