/**
 * Our clients against a whole broker, over a network that loses, tears, delays and repeats what it carries, falls silent, and breaks; while the
 * broker is killed, loses its power, answers with errors, and starts again. `SEED` picks one history, `CLIENT_FAULTS` is how many there are.
 */

import { assert, assertMatch } from "@std/assert";
import { PartitionState } from "../../client/consumer/partition_state.ts";
import { BatchAcks } from "../../client/producer/batch_acks.ts";
import { BufferPool } from "../../client/producer/buffer_pool.ts";
import { RecordAccumulator } from "../../client/producer/record_accumulator.ts";
import { Sender } from "../../client/producer/sender.ts";
import { ProducerStateEntry } from "../../storage/log/producer/producer_state_entry.ts";
import { replaced } from "../support/replaced.ts";
import { type Plan, RECORDS, runHistory } from "./client_history.ts";

const seedCount = Number(Deno.env.get("CLIENT_FAULTS") ?? 3);
const onlySeed = Deno.env.get("SEED");
const SEEDS = onlySeed === undefined
  ? Array.from({ length: seedCount }, (_, i) => i + 1)
  : [Number(onlySeed)];

for (const mode of ["idempotent", "all", "1", "0"] as const) {
  for (const death of ["kill", "power-cut"] as const) {
    const acks = mode === "idempotent" ? "with idempotence" : `with acks=${mode}`;
    Deno.test(`clients keep what they promise ${acks}, ${death}, ${SEEDS.length} histories`, async () => {
      let acknowledged = 0;
      let retried = 0;
      for (const seed of SEEDS) {
        const came = await runHistory(seed, { mode, death });
        acknowledged += came.acknowledged;
        retried += came.retried;
      }
      // A storm in which nothing gets through, or nothing goes wrong, shows nothing.
      if (onlySeed !== undefined) return;
      assert(acknowledged > SEEDS.length * RECORDS / 3, `only ${acknowledged} acknowledged`);
      if (mode !== "0") assert(retried > 0, "nothing was sent twice");
    });
  }
}

const IDEMPOTENT: Plan = { mode: "idempotent", death: "kill" };
const nothing = () => () => {};

/** What is planted to see that it is found, and how that looks. */
const BUGS: readonly {
  readonly name: string;
  readonly sign: RegExp;
  readonly plan?: Plan;
  /** The history to begin with, where the first ones do not show it. Default: 1. */
  readonly first?: number;
  /** Plants it. Returns what takes it out. */
  readonly plant: () => () => void;
}[] = [
  {
    name: "batches have no sequence numbers",
    sign: /is doubled|is reordered/,
    plan: { mode: "all", believed: "idempotent", death: "kill" },
    plant: nothing,
  },
  {
    name: "no answer is waited for",
    sign: /is lost/,
    plan: { mode: "0", believed: "1", death: "kill" },
    plant: nothing,
  },
  {
    name: "what is acknowledged is not on the disk",
    sign: /is lost|is elsewhere|is doubled/,
    plan: { mode: "idempotent", death: "power-cut", topicConfigs: {} },
    plant: nothing,
  },
  {
    name: "the broker does not know a batch again",
    sign: /is doubled/,
    plant: () =>
      replaced(ProducerStateEntry.prototype, "findDuplicateBatch", () => () => undefined),
  },
  {
    name: "the broker knows one batch of a producer after a start",
    sign: /is doubled/,
    first: 16,
    plant: () => replaced(ProducerStateEntry.prototype, "rememberBatchesOf", nothing),
  },
  {
    name: "a send is answered twice",
    sign: /is settled twice/,
    plant: () =>
      replaced(BatchAcks.prototype, "succeed", (succeed) =>
        function (...answer) {
          succeed.apply(this, answer);
          if (answer[2] % 3 === 0) succeed.apply(this, answer);
        }),
  },
  {
    name: "a send is not answered",
    sign: /are not settled/,
    plant: () =>
      replaced(BatchAcks.prototype, "succeed", (succeed) =>
        function (...answer) {
          if (answer[2] % 3 !== 0) succeed.apply(this, answer);
        }),
  },
  {
    name: "nobody looks for the time of a delivery",
    sign: /is settled after/,
    plant: () => replaced(RecordAccumulator.prototype, "expired", () => () => []),
  },
  {
    name: "memory has no bound",
    sign: /the buffer holds/,
    plant: () => replaced(BufferPool.prototype, "tryAllocate", () => () => true),
  },
  {
    name: "a producer does not close by force",
    sign: /close takes/,
    plant: () => replaced(Sender.prototype, "forceClose", nothing),
  },
  {
    name: "a consumer passes a record over",
    sign: /is not read in order/,
    plant: () =>
      replaced(PartitionState.prototype, "advance", (advance) =>
        function (position) {
          const offset = position.offset + (position.offset % 20 === 19 ? 1 : 0);
          advance.call(this, { ...position, offset });
        }),
  },
];

/** How the first of some histories fails. */
async function failure(plan: Plan, first: number): Promise<string> {
  for (let seed = first; seed < first + 40; seed++) {
    try {
      await runHistory(seed, plan);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return "not at all";
}

for (const { name, sign, plant, plan = IDEMPOTENT, first = 1 } of BUGS) {
  Deno.test(`the simulation of clients finds it when ${name}`, async () => {
    const takeOut = plant();
    try {
      assertMatch(await failure(plan, first), sign);
    } finally {
      takeOut();
    }
  });
}
