import { assert, assertEquals } from "@std/assert";
import { LogDirError } from "../../storage/errors.ts";
import {
  formatDirectory,
  openDriver,
  record,
  RecordingListener,
} from "../cluster/raft/raft_support.ts";
import { FaultyFileSystem, SimulatedCrash } from "../support/faulty_file_system.ts";
import { manualEnv } from "../support/manual_env.ts";

/**
 * A quorum of one loses power at each of its operations: what it has called committed is there afterwards, in the same place,
 * and no epoch begins twice. One operation in three, or each with `CRASH_POINTS=all`.
 */

interface Run {
  readonly committed: Map<number, string>;
  readonly epochs: Set<number>;
}

/** Two lives of a node, with a snapshot in each. Returns what was committed before the machine went down. */
async function live(fileSystem: FaultyFileSystem, run: Run): Promise<void> {
  for (let life = 0; life < 2; life++) {
    const env = manualEnv({ fileSystem });
    const driver = openDriver(env, {
      config: { internalSegmentBytes: 400, retentionBytes: 0, deleteDelayMs: 0 },
    });
    const listener = new RecordingListener();
    driver.register(listener);
    driver.start();
    note(listener, run);
    for (let i = 0; i < 4; i++) {
      driver.append([record(`${life}-${i}-a`), record(`${life}-${i}-b`)]);
      await driver.flushAndCommit();
      note(listener, run);
      if (i % 2 === 1) {
        await driver.createSnapshot(driver.highWatermark, [record(`${driver.highWatermark}`)]);
        await env.clock.advance(60_001);
      }
    }
    await driver.shutdown();
  }
}

function note({ batches, leaders }: RecordingListener, { committed, epochs }: Run): void {
  for (const { baseOffset, epoch, records } of batches) {
    records.forEach((value, index) => {
      committed.set(baseOffset + index, `${epoch} ${new TextDecoder().decode(value)}`);
    });
  }
  for (const { leaderId, epoch } of leaders) if (leaderId !== undefined) epochs.add(epoch);
}

function formatted(): FaultyFileSystem {
  const fileSystem = new FaultyFileSystem();
  formatDirectory(manualEnv({ fileSystem }));
  fileSystem.flushDirectory("/");
  return fileSystem;
}

async function check(fileSystem: FaultyFileSystem, run: Run, what: string): Promise<void> {
  const env = manualEnv({ fileSystem });
  const driver = openDriver(env);
  const listener = new RecordingListener();
  driver.register(listener);
  driver.start();
  const { epoch } = driver.leaderAndEpoch;
  assert(!run.epochs.has(epoch), `${what}: epoch ${epoch} began twice`);
  const found: Run = { committed: new Map(), epochs: new Set() };
  note(listener, found);
  const from = listener.snapshots[0]?.id.offset ?? 0;
  for (const [offset, text] of run.committed) {
    if (offset >= from) assertEquals(found.committed.get(offset), text, `${what}: at ${offset}`);
  }
  for (const { id, records } of listener.snapshots) {
    assertEquals(records, [String(id.offset)], `${what}: snapshot`);
  }
  await driver.shutdown();
}

Deno.test("what a quorum of one has committed survives a power cut at any of its operations", async () => {
  const whole = formatted();
  const before = whole.operations;
  await live(whole, { committed: new Map(), epochs: new Set() });
  const last = whole.operations;
  assert(last - before > 60, `operations: ${last - before}`);
  const step = Deno.env.get("CRASH_POINTS") === "all" ? 1 : 3;
  for (let n = before + 1; n <= last; n += step) {
    const fileSystem = formatted();
    fileSystem.crashAt(n);
    const run: Run = { committed: new Map(), epochs: new Set() };
    try {
      await live(fileSystem, run);
    } catch (error) {
      if (!(error instanceof SimulatedCrash) && !(error instanceof LogDirError)) throw error;
    }
    await check(fileSystem.afterCrash({ seed: n }), run, `operation ${n}`);
    await check(fileSystem.processKill({ seed: n }), run, `operation ${n}, killed`);
  }
});
