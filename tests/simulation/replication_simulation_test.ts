import { assert, assertMatch } from "@std/assert";
import { LeaderReplicas } from "../../cluster/replication/leader_replicas.ts";
import { replaced } from "../support/replaced.ts";
import { plantDoubleCount, plantUntruncated } from "./replication_bugs.ts";
import { Violation } from "./replication_checks.ts";
import { ReplicationHistory, type World } from "./replication_history.ts";

/**
 * Four brokers that replicate, under the real decisions of the controller, on virtual time: brokers are killed, or lose what they had not flushed,
 * ways are cut, requests are lost and late, and the metadata is late. Nothing that was acknowledged with acks=all and
 * `min.insync.replicas=2` is lost, replicas are the same up to the high watermark, an epoch has one leader, and whoever is in the ISR has all that
 * was acknowledged; what an idempotent producer has repeated is there once, in its order.
 * `SEED=n` runs one history alone, `REPLICATIONS=n` more of them.
 */

const SEED = Deno.env.get("SEED");
const HISTORIES = Number(Deno.env.get("REPLICATIONS") ?? 5);
const seeds = SEED === undefined
  ? Array.from({ length: HISTORIES }, (_, i) => i + 1)
  : [Number(SEED)];

const WORLDS: Readonly<Record<World, string>> = {
  kill: "processes are killed",
  flushed: "machines lose their power that flush every write",
  one: "one machine at a time loses its power, or its disk",
};

for (const [world, what] of Object.entries(WORLDS) as [World, string][]) {
  Deno.test(`nothing acknowledged is lost when ${what}`, async () => {
    let acknowledged = 0;
    let elections = 0;
    for (const seed of seeds) {
      const history = new ReplicationHistory(seed, world);
      try {
        await history.run();
      } catch (error) {
        throw new Error(`Seed of the history that failed: ${seed}`, { cause: error });
      }
      acknowledged += history.checks.acknowledged.flat().length;
      elections += history.checks.elections;
    }
    assert(acknowledged > 50 * seeds.length, `acknowledged: ${acknowledged}`);
    assert(elections > 3 * seeds.length, `elections: ${elections}`);
  });
}

/** What is broken, and what is put in the place of the method that does it right. Returns what puts it back. */
const BUGS: Readonly<Record<string, () => () => void>> = {
  "a follower does not tell which epoch it has, and so never truncates": plantUntruncated,
  "a leader counts itself twice": plantDoubleCount,
  "a leader lets followers in that lack what is committed": () =>
    replaced(LeaderReplicas.prototype, "expansion", (expansion) =>
      function (brokerId) {
        return expansion.call(this, brokerId, -1, -1);
      }),
};

/** What the checkers say of the first history in which one of them finds something. */
async function found(): Promise<string> {
  for (let seed = 1; seed <= 20; seed++) {
    for (const world of Object.keys(WORLDS) as World[]) {
      try {
        await new ReplicationHistory(seed, world).run();
      } catch (error) {
        if (error instanceof Violation) return error.message;
        throw error;
      }
    }
  }
  return "nothing";
}

for (const [bug, plant] of Object.entries(BUGS)) {
  Deno.test(`the simulation finds it when ${bug}`, async () => {
    const mend = plant();
    try {
      assertMatch(await found(), /has lost|differs at|is led by|refuses/);
    } finally {
      mend();
    }
  });
}
