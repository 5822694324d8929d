/**
 * Whole clusters on virtual time, every layer of them the real one: nodes with their disks, the network between them, producers, consumers
 * and a group of them. Processes are killed and stopped, machines lose their power or their disk, ways are cut in one direction or both, bytes are
 * late, partitions are moved. `SEED=n` runs one history alone, `CLUSTERS=n` more of them.
 */

import { assert, assertMatch } from "@std/assert";
import { SequenceTracker } from "../../client/producer/sequence_tracker.ts";
import { DeferredEventQueue } from "../../cluster/coordinator/deferred_event_queue.ts";
import { replaced } from "../support/replaced.ts";
import { ClusterHistory } from "./cluster_history.ts";
import type { World } from "./cluster_layout.ts";
import { plantDoubleCount, plantUntruncated } from "./replication_bugs.ts";

const SEED = Deno.env.get("SEED");
const HISTORIES = Number(Deno.env.get("CLUSTERS") ?? 1);
/** Odd ones have their controllers apart; so that a few histories have both, each world begins with another one. */
const seedsOf = (world: number) =>
  SEED === undefined ? Array.from({ length: HISTORIES }, (_, i) => 1 + world + i) : [Number(SEED)];

const WORLDS: Readonly<Record<World, string>> = {
  "kill": "processes are killed",
  "flushed": "machines lose their power that flush every write",
  "one": "one machine at a time loses its power, or its disk",
  "restless": "controllers die again and again",
  "cut off": "leaders lose everybody but their clients",
};

for (const [index, [world, what]] of (Object.entries(WORLDS) as [World, string][]).entries()) {
  const seeds = seedsOf(index);
  Deno.test(`a cluster keeps what it promises when ${what}`, async () => {
    let acknowledged = 0;
    let elections = 0;
    for (const seed of seeds) {
      const history = new ClusterHistory(seed, world);
      try {
        await history.run();
      } catch (error) {
        throw new Error(`Seed of the history that failed: ${seed}`, { cause: error });
      }
      acknowledged += history.checks.acknowledged.length;
      elections += history.checks.elections;
    }
    assert(acknowledged > 100 * seeds.length, `acknowledged: ${acknowledged}`);
    assert(elections > 6 * seeds.length, `elections: ${elections}`);
  });
}

/** What is planted to see that it is found, and how that looks. */
const BUGS: readonly {
  readonly name: string;
  readonly sign: RegExp;
  readonly world: World;
  /** The history to begin with, where the first ones do not show it. Default: 1. */
  readonly first?: number;
  /** Plants it. Returns what takes it out. */
  readonly plant: () => () => void;
}[] = [
  {
    name: "a follower does not tell which epoch it has, and so never truncates",
    sign: /differs at|is read|is doubled|is lost|is elsewhere|nobody has sent|Not in .* in sync/,
    world: "flushed",
    first: 3,
    plant: plantUntruncated,
  },
  {
    name: "a leader counts itself twice",
    sign: /has lost|differs at|is read as|is lost|high watermark/,
    world: "kill",
    plant: plantDoubleCount,
  },
  {
    name: "a coordinator answers before its records are copied",
    sign: /the group goes back/,
    world: "cut off",
    plant: () =>
      replaced(DeferredEventQueue.prototype, "takeCommitted", (takeCommitted) =>
        function () {
          return takeCommitted.call(this, Infinity);
        }),
  },
  {
    name: "a producer numbers its batches anew when it sends them again",
    sign: /is doubled|is reordered/,
    world: "kill",
    plant: () =>
      replaced(
        SequenceTracker.prototype,
        "canRetry",
        (canRetry) =>
          function (batch, error, logStartOffset) {
            this.requestNewEpoch(batch.queue.name);
            return canRetry.call(this, batch, error, logStartOffset);
          },
      ),
  },
];

/** What the checkers say of the first history in which one of them finds something. */
async function found(world: World, first: number): Promise<string> {
  for (let seed = first; seed < first + 100; seed++) {
    try {
      await new ClusterHistory(seed, world).run();
    } catch (error) {
      return (error as Error).message;
    }
  }
  return "nothing";
}

for (const { name, world, sign, plant, first = 1 } of BUGS) {
  Deno.test(`the simulation of clusters finds it when ${name}`, async () => {
    const mend = plant();
    try {
      assertMatch(await found(world, first), sign);
    } finally {
      mend();
    }
  });
}
