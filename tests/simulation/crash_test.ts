import { assert, assertEquals } from "@std/assert";
import { logTool } from "../../storage/cli/log_tool.ts";
import { Log } from "../../storage/embedded/log.ts";
import { string } from "../../storage/serde/string.ts";
import { FaultyFileSystem, SimulatedCrash } from "../support/faulty_file_system.ts";
import { type ManualEnv, manualEnv } from "../support/manual_env.ts";

/**
 * One history of appends, rolls, flushes, compactions, deletions and clean stops, and the machine going down at each single
 * operation on the disk. Whatever is left: the log opens, holds what FORMAT.md promises, and goes on.
 */

const directory = "/events";
const onlySeed = Deno.env.get("SEED");
const losses = Number(Deno.env.get("LOSSES") ?? 1);

/** What is lost and torn differs by seed: each operation has its own, `LOSSES` of them. */
function seeds(operation: number): number[] {
  return Array.from({ length: losses }, (_, i) => operation * losses + i);
}

type Disk = ManualEnv<FaultyFileSystem>;

/** What the program knows when the machine goes down. */
class Knowledge {
  /** By offset: what was, or was about to be, appended. */
  readonly appended: { readonly key: string; readonly value: string | null }[] = [];
  /** Appends up to here have returned. */
  acknowledged = 0;
  /** A flush up to here has returned. */
  flushed = 0;
  /** The log start offset that has been asked for. */
  start = 0;
  /** Compaction may have removed what is superseded below here. */
  compacted = 0;
}

function open(env: Disk): Log<string, string> {
  return Log.open<string, string>(directory, {
    env,
    serde: string(),
    keySerde: string(),
    internalSegmentBytes: 700,
    indexIntervalBytes: 150,
    cleanupPolicy: ["compact", "delete"],
    retentionMs: 60_000,
    fileDeleteDelayMs: 1000,
    minCleanableDirtyRatio: 0,
  });
}

/** Runs the history; {@linkcode SimulatedCrash} ends it anywhere. */
async function live(env: Disk, knowledge: Knowledge, compression: string): Promise<void> {
  const { random, clock } = env;
  let log = open(env);
  const append = (count: number) => {
    const records = Array.from({ length: count }, () => ({
      key: `k${random.below(9)}`,
      value: random.chance(0.1) ? null : "v".repeat(random.below(80)) + random.below(1000),
      timestamp: clock.now(),
    }));
    knowledge.appended.push(...records);
    log.append(records);
    knowledge.acknowledged = log.logEndOffset;
    clock.set(clock.now() + 500);
  };
  const flush = async () => {
    const end = log.logEndOffset;
    await log.flush();
    knowledge.flushed = Math.max(knowledge.flushed, end);
  };
  const compact = async () => {
    knowledge.compacted = log.logEndOffset;
    await log.compact();
  };
  const deleteRecords = (offset: number) => {
    knowledge.start = Math.max(knowledge.start, offset);
    log.deleteRecords(offset);
  };
  const retain = () => {
    const bound = clock.now() - 60_000;
    // Whole segments go: what is asked for is at most the first record that is young enough.
    const young = log.offsetForTimestamp(bound);
    knowledge.start = Math.max(knowledge.start, young ?? log.logEndOffset);
    log.applyRetention();
  };
  const reopen = () => {
    const end = log.logEndOffset;
    log.close();
    knowledge.flushed = Math.max(knowledge.flushed, end);
    log = open(env);
  };

  log.updateConfig({ compressionType: compression as "producer" });
  for (let i = 0; i < 12; i++) append(1 + random.below(4));
  await flush();
  for (let i = 0; i < 8; i++) append(1 + random.below(4));
  await compact();
  clock.set(clock.now() + 2000);
  for (let i = 0; i < 6; i++) append(1 + random.below(4));
  reopen();
  for (let i = 0; i < 6; i++) append(1 + random.below(4));
  deleteRecords(log.logStartOffset + random.below(log.logEndOffset - log.logStartOffset));
  await compact();
  await flush();
  append(3);
  clock.set(clock.now() + 40_000);
  append(2);
  clock.set(clock.now() + 30_000);
  retain();
  append(2);
  clock.set(clock.now() + 2000);
  retain();
  await flush();
  reopen();
  append(4);
  log.close();
  knowledge.flushed = knowledge.acknowledged;
}

async function faults(env: Disk): Promise<string> {
  const lines: string[] = [];
  const io = { env, stdout: (text: string) => void lines.push(text), stderr: () => {} };
  const status = await logTool(["verify", directory], io);
  return status === 0 ? "" : lines.join("\n");
}

/** Holds what is left against what the program knew. */
async function check(
  env: Disk,
  knowledge: Knowledge,
  durable: number,
): Promise<void> {
  const log = open(env);
  const { appended, start, compacted } = knowledge;
  const records = [...log.read()];
  let last = -1;
  for (const { offset, key, value } of records) {
    assert(offset > last, `offset ${offset} follows ${last}`);
    assertEquals({ key, value }, { key: appended[offset]!.key, value: appended[offset]!.value });
    last = offset;
  }
  assert(log.logStartOffset <= start, `log start offset ${log.logStartOffset} above ${start}`);
  assert(log.logEndOffset <= appended.length);
  assert(log.logEndOffset >= durable, `log ends at ${log.logEndOffset}, durable was ${durable}`);

  const there = new Set(records.map(({ offset }) => offset));
  const newest = new Map<string, number>();
  appended.slice(0, compacted).forEach(({ key }, offset) => newest.set(key, offset));
  for (let offset = start; offset < log.logEndOffset; offset++) {
    // Whatever is superseded may be gone, below the compaction that was asked for.
    if (offset < compacted && newest.get(appended[offset]!.key) !== offset) continue;
    assert(there.has(offset), `offset ${offset} is missing, the log ends at ${log.logEndOffset}`);
  }

  const { baseOffset } = log.append([{ key: "after", value: "all", timestamp: env.clock.now() }]);
  assertEquals([...log.read({ from: baseOffset })].map(({ value }) => value), ["all"]);
  // What was put aside for deletion goes when its time has come.
  env.clock.set(env.clock.now() + 1000);
  log.applyRetention();
  log.close();
  assertEquals(await faults(env), "");
}

async function crashAt(operation: number, compression: string): Promise<boolean> {
  const env = manualEnv({ seed: 7, fileSystem: new FaultyFileSystem() });
  env.fileSystem.crashAt(operation);
  const knowledge = new Knowledge();
  let crashed = false;
  try {
    await live(env, knowledge, compression);
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error;
    crashed = true;
  }
  const now = env.clock.now();
  const after = (fileSystem: FaultyFileSystem, seed: number) =>
    manualEnv({ seed, now, fileSystem });
  for (const seed of onlySeed === undefined ? seeds(operation) : [Number(onlySeed)]) {
    const context = `operation ${operation} (${JSON.stringify(env.fileSystem.history.at(-1))})`;
    try {
      await check(after(env.fileSystem.afterCrash({ seed }), seed), knowledge, knowledge.flushed);
    } catch (cause) {
      throw new Error(`Power cut at ${context}, SEED=${seed}`, { cause });
    }
    try {
      await check(
        after(env.fileSystem.processKill({ seed }), seed),
        knowledge,
        knowledge.acknowledged,
      );
    } catch (cause) {
      throw new Error(`Process killed at ${context}, SEED=${seed}`, { cause });
    }
  }
  return crashed;
}

for (const compression of ["producer", "lz4"]) {
  Deno.test(`a crash at any single operation loses nothing that was promised (${compression})`, async () => {
    let operation = 1;
    while (await crashAt(operation, compression)) operation++;
    assert(operation > 300, `operations in the history: ${operation}`);
  });
}

Deno.test("the crash test would see a flush that does not flush", async () => {
  let found = 0;
  for (let operation = 60; operation < 300 && found === 0; operation += 7) {
    const env = manualEnv({ seed: 7, fileSystem: new FaultyFileSystem() });
    env.fileSystem.crashAt(operation);
    const knowledge = new Knowledge();
    try {
      await live(env, knowledge, "producer");
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
    }
    // As if every append had been flushed.
    const left = env.fileSystem.afterCrash({ seed: operation });
    try {
      await check(manualEnv({ fileSystem: left }), knowledge, knowledge.acknowledged);
    } catch {
      found++;
    }
  }
  assert(found > 0);
});
