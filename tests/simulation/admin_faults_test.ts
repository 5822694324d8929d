/**
 * Our admin client over the same network and broker as the other clients: each call ends in its time, with its outcome or an error that says why;
 * what it was told has happened has, and outlives the broker. `SEED` picks one history, `CLIENT_FAULTS` is how many there are.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { replaced } from "../support/replaced.ts";
import { ClientWorld } from "./client_world.ts";
import type { Death } from "./mortal_broker.ts";

const seedCount = Number(Deno.env.get("CLIENT_FAULTS") ?? 4);
const onlySeed = Deno.env.get("SEED");
const SEEDS = onlySeed === undefined
  ? Array.from({ length: seedCount }, (_, i) => i + 1)
  : [Number(onlySeed)];
const CALLS = 60;
/** No history takes longer, ms. */
const LIMIT_MS = 3_600_000;

/** A topic as it must be. */
interface Expected {
  /** Whether it is there; `undefined` when nobody knows. */
  isThere: boolean | undefined;
  /** Partitions that it has at least, and at most. */
  least: number;
  most: number;
}

/** What a call came to: `true`, or its error; nothing when the time was over. */
type Ended = true | KafkaError | undefined;

/** One history. */
class AdminHistory {
  readonly #world: ClientWorld;
  readonly #admin: Admin;
  readonly #topics = new Map<string, Expected>();
  told = 0;

  constructor(seed: number) {
    const world = this.#world = new ClientWorld(seed);
    this.#admin = new Admin({
      ...world.client,
      requestTimeoutMs: world.random.pick([500, 2000]),
      socketConnectionSetupTimeoutMs: 1000,
    });
  }

  async run(death: Death): Promise<void> {
    await this.#world.clock.run(this.#run(death), LIMIT_MS);
  }

  async #run(death: Death): Promise<void> {
    const { broker, clock } = this.#world;
    await broker.start();
    const storm = new AbortController();
    const disturbed = this.#world.disturb(death, storm.signal);
    for (let i = 0; i < CALLS; i++) {
      await this.#doSomething(`t${i}`);
      await this.#world.pause(400);
    }
    storm.abort();
    await disturbed;
    // What is late may still arrive, and what is broken is to be found out.
    await clock.sleep(60_000);
    await this.#check();
    await this.#admin.close();
    await broker.stop();
  }

  async #doSomething(name: string): Promise<void> {
    const admin = this.#admin;
    const { random } = this.#world;
    const known = [...this.#topics].filter(([, { isThere }]) => isThere === true);
    const roll = random.below(known.length === 0 ? 2 : 6);
    if (roll === 0) {
      await this.#call((options) => admin.describeCluster(options));
    } else if (roll < 3) {
      const topic: Expected = { isThere: undefined, least: 2, most: 2 };
      this.#topics.set(name, topic);
      const created = await this.#call(async (options) =>
        (await admin.createTopics([{ name, numPartitions: 2 }], options)).all()
      );
      // An earlier attempt may have been lost on the way back.
      if (created === true || created?.code === "TOPIC_ALREADY_EXISTS") topic.isThere = true;
    } else {
      const [name, topic] = random.pick(known);
      if (roll === 3) await this.#delete(name, topic);
      else if (roll === 4) await this.#extend(name, topic);
      else {
        const partitions = [0, 1].map((partition) =>
          [{ topic: name, partition }, "latest"] as const
        );
        await this.#call(async (options) => (await admin.listOffsets(partitions, options)).all());
      }
    }
  }

  async #delete(name: string, topic: Expected): Promise<void> {
    topic.isThere = undefined;
    const deleted = await this.#call(async (options) =>
      (await this.#admin.deleteTopics([name], options)).all()
    );
    if (deleted === true || deleted?.code === "UNKNOWN_TOPIC_OR_PARTITION") topic.isThere = false;
  }

  async #extend(name: string, topic: Expected): Promise<void> {
    const totalCount = ++topic.most;
    const extended = await this.#call(async (options) =>
      (await this.#admin.createPartitions(new Map([[name, { totalCount }]]), options)).all()
    );
    if (extended === true) topic.least = totalCount;
  }

  async #call(
    call: (options: { readonly timeoutMs: number }) => Promise<unknown>,
  ): Promise<Ended> {
    const { random, clock } = this.#world;
    const timeoutMs = random.pick([100, 3000, 20_000]);
    const begun = clock.monotonic();
    let ended: Ended;
    try {
      await call({ timeoutMs });
      this.told++;
      ended = true;
    } catch (error) {
      assert(error instanceof KafkaError, `a call fails with ${error}`);
      ended = error.code === "REQUEST_TIMED_OUT" ? undefined : error;
    }
    const tookMs = clock.monotonic() - begun;
    assert(tookMs <= timeoutMs + 1, `a call takes ${tookMs} of ${timeoutMs} ms`);
    return ended;
  }

  async #check(): Promise<void> {
    const there = await this.#admin.listTopics();
    const described = await this.#admin.describeTopics([...there.keys()]);
    for (const [name, { isThere, least, most }] of this.#topics) {
      if (isThere !== undefined) assertEquals(there.has(name), isThere, `${name} is not as told`);
      if (!there.has(name)) continue;
      const { length } = described.get(name).partitions;
      assert(least <= length && length <= most, `${name} has ${length} partitions`);
    }
  }
}

/** Returns how many calls were told of success. */
async function runHistory(seed: number, death: Death): Promise<number> {
  try {
    const history = new AdminHistory(seed);
    await history.run(death);
    return history.told;
  } catch (cause) {
    throw new Error(`SEED=${seed} ${(cause as Error).message}`, { cause });
  }
}

for (const death of ["kill", "power-cut"] as const) {
  Deno.test(`what admin calls are told is so, ${death}, ${SEEDS.length} histories`, async () => {
    let told = 0;
    for (const seed of SEEDS) told += await runHistory(seed, death);
    assert(told > SEEDS.length * CALLS / 4, `only ${told} calls came to something`);
  });
}

/** What is planted to see that it is found, and how that looks. */
const BUGS: readonly {
  readonly name: string;
  readonly sign: RegExp;
  /** Plants it. Returns what takes it out. */
  readonly plant: () => () => void;
}[] = [
  {
    name: "a topic that may not be there is told to be",
    sign: /is not as told/,
    plant: () =>
      replaced(Admin.prototype, "createTopics", (createTopics) =>
        async function (...call) {
          const created = await createTopics.apply(this, call);
          return Object.assign(created, { all: () => created });
        }),
  },
  {
    name: "a call does not end in its time",
    sign: /a call takes/,
    plant: () =>
      replaced(Admin.prototype, "createTopics", (createTopics) =>
        function (topics) {
          return createTopics.call(this, topics, { timeoutMs: 60_000 });
        }),
  },
];

for (const { name, sign, plant } of BUGS) {
  Deno.test(`the simulation of admin calls finds it when ${name}`, async () => {
    const takeOut = plant();
    let found = "nothing";
    try {
      for (let seed = 1; seed <= 20; seed++) await runHistory(seed, "power-cut");
    } catch (error) {
      found = (error as Error).message;
    } finally {
      takeOut();
    }
    assertMatch(found, sign);
  });
}
