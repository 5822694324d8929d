import { assert, assertMatch } from "@std/assert";
import { LeaderState } from "../../cluster/raft/leader_state.ts";
import { QuorumStateFile } from "../../cluster/raft/quorum_state.ts";
import { RaftLog } from "../../cluster/raft/raft_log.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { type Death, MortalReplica, type QuorumWorld } from "./mortal_replica.ts";
import { QuorumChecks } from "./quorum_checks.ts";
import { FAIR, QuorumNetwork } from "./quorum_network.ts";
import { VirtualClock } from "./virtual_clock.ts";

/**
 * Quorums of 3 and of 5 voters, with observers, on a network that loses, doubles, delays and is cut, and on disks that lose what was not flushed:
 * one leader an epoch, one vote of each voter an epoch, what is committed stays as it is, logs that agree in one place agree up to there, and
 * once everything is good again, everything goes on.
 */

const onlySeed = Deno.env.get("SEED");
const histories = Number(Deno.env.get("QUORUMS") ?? 8);

/** How long things may take once everything is good, ms. */
const GOOD_MS = 30_000;

/** What happens how often. */
interface Mix {
  /** How long everything is bad, ms. */
  readonly bad: number;
  /** Time between two faults, ms, on average. */
  readonly every: number;
  /** How long a replica is down, ms, on average. */
  readonly down: number;
  /** Time between two snapshots, ms, on average. */
  readonly snapshots: number;
  readonly weights: Readonly<Record<Fault, number>>;
}

type Fault =
  | "crash"
  | "crash-at"
  | "lose-disk"
  | "stop"
  | "cut"
  | "one-way"
  | "isolate-leader"
  | "weather"
  | "heal";

const MIX: Mix = {
  bad: 40_000,
  every: 2500,
  down: 3000,
  snapshots: 4000,
  weights: {
    "crash": 3,
    "crash-at": 3,
    "lose-disk": 1,
    "stop": 1,
    "cut": 2,
    "one-way": 2,
    "isolate-leader": 2,
    "weather": 2,
    "heal": 4,
  },
};

/** Replicas come and go so fast that several stand for election in one epoch. */
const RESTLESS: Mix = {
  ...MIX,
  bad: 30_000,
  every: 100,
  down: 50,
  weights: { ...MIX.weights, "crash": 12, "crash-at": 0, "stop": 0, "weather": 6 },
};

/** It goes on so long that logs let go of their beginnings while some replica is away. */
const LASTING: Mix = { ...MIX, bad: 160_000, every: 15_000, down: 25_000 };

class History {
  readonly #random: SeededRandom;
  readonly #clock = new VirtualClock();
  readonly checks = new QuorumChecks();
  readonly #network: QuorumNetwork;
  readonly #replicas: MortalReplica[];
  readonly #voters: MortalReplica[];
  readonly #mix: Mix;
  #isOver = false;
  #values = 0;

  constructor(seed: number, mix: Mix) {
    this.#mix = mix;
    const random = this.#random = new SeededRandom(seed);
    this.#network = new QuorumNetwork(this.#clock, new SeededRandom(seed + 0.5e9), this.checks);
    const voterIds = random.chance(0.6) ? [1, 2, 3] : [1, 2, 3, 4, 5];
    const observerIds = [11, 12].slice(0, random.below(3));
    const world: QuorumWorld = {
      seed,
      clock: this.#clock,
      network: this.#network,
      checks: this.checks,
      voters: voterIds.map((id) => ({ id, host: `host${id}`, port: 9093 })),
    };
    this.#replicas = [...voterIds, ...observerIds].map((id) => new MortalReplica(id, world));
    this.#voters = this.#replicas.slice(0, voterIds.length);
  }

  /** Lives through it. */
  async run(): Promise<void> {
    await this.#clock.run(this.#live());
  }

  async #live(): Promise<void> {
    for (const replica of this.#replicas) replica.start();
    const working = [this.#append(), this.#snapshot()];
    for (const end = this.#clock.monotonic() + this.#mix.bad; this.#clock.monotonic() < end;) {
      await this.#clock.sleep(this.#random.next() * 2 * this.#mix.every);
      this.#fault(this.#draw());
      this.#look();
    }
    this.#network.heal();
    for (const replica of this.#replicas) {
      replica.spare();
      if (replica.driver === undefined) replica.start();
    }
    await this.#recovered();
    this.#isOver = true;
    await Promise.all(working);
    this.#look();
    for (const replica of this.#replicas) this.checks.has(replica.id, replica.applied);
  }

  /** Once everything is good, a leader is found, takes records, and all have them. */
  async #recovered(): Promise<void> {
    const before = this.checks.acknowledged.size;
    for (const end = this.#clock.monotonic() + GOOD_MS;;) {
      await this.#clock.sleep(250);
      this.#look();
      // Some stopped just now, as an operator has them stop.
      for (const replica of this.#replicas) if (replica.driver === undefined) replica.start();
      const marks = new Set(this.#replicas.map(({ driver }) => driver!.highWatermark));
      const { leaderAndEpoch } = this.#replicas[0]!.driver!;
      const agree = this.#replicas.every(({ driver }) =>
        driver!.leaderAndEpoch.epoch === leaderAndEpoch.epoch &&
        driver!.leaderAndEpoch.leaderId !== undefined
      );
      const isAppending = this.#voters.some((replica) => replica.isAppending);
      if (this.checks.acknowledged.size > before + 5) this.#isOver = true;
      if (this.#isOver && !isAppending && agree && marks.size === 1) return;
      assert(
        this.#clock.monotonic() < end,
        `no agreement after ${GOOD_MS} ms: ${
          this.checks.acknowledged.size - before
        } acknowledged, ` +
          this.#replicas.map(({ id, driver }) =>
            `${id}: ${JSON.stringify(driver!.leaderAndEpoch)} ${driver!.highWatermark}/${
              driver!.logEndOffset
            }`
          ).join(", "),
      );
    }
  }

  async #append(): Promise<void> {
    while (!this.#isOver) {
      await this.#clock.sleep(this.#random.next() * 300);
      if (this.#isOver) return;
      for (const replica of this.#voters) void replica.append(`value ${this.#values++}`);
    }
  }

  async #snapshot(): Promise<void> {
    while (!this.#isOver) {
      await this.#clock.sleep(this.#random.next() * 2 * this.#mix.snapshots);
      void this.#random.pick(this.#replicas).snapshot();
    }
  }

  #draw(): Fault {
    const entries = Object.entries(this.#mix.weights) as [Fault, number][];
    let at = this.#random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return entries.find(([, weight]) => (at -= weight) < 0)![0];
  }

  #fault(fault: Fault): void {
    const random = this.#random;
    const ids = this.#replicas.map(({ id }) => id);
    const leader = this.#voters.find(({ driver }) => driver?.isLeader);
    const replica = leader !== undefined && random.chance(0.4)
      ? leader
      : random.pick(this.#replicas);
    const death: Death = random.chance(0.3) ? "kill" : "power-cut";
    switch (fault) {
      case "crash":
        replica.die(death);
        return this.#restartLater(replica);
      case "crash-at":
        replica.die(death, 1 + random.below(30));
        return this.#restartLater(replica);
      case "lose-disk": {
        // Of an observer: the quorum has relied on what a voter has.
        const observer = this.#replicas[this.#voters.length];
        if (observer === undefined) return;
        observer.die(death);
        observer.format();
        return this.#restartLater(observer);
      }
      case "stop":
        void replica.stop();
        return this.#restartLater(replica);
      case "cut": {
        const some = ids.filter(() => random.chance(0.5));
        const others = ids.filter((id) => !some.includes(id));
        this.#network.cut(some, others);
        return this.#network.cut(others, some);
      }
      case "one-way":
        return this.#network.cut([random.pick(ids)], ids.filter(() => random.chance(0.6)));
      case "isolate-leader":
        if (leader === undefined) return;
        this.#network.cut([leader.id], ids);
        if (random.chance(0.7)) this.#network.cut(ids, [leader.id]);
        return;
      case "weather":
        this.#network.weather = random.chance(0.3) ? FAIR : {
          loss: random.next() * 0.2,
          duplication: random.next() * 0.3,
          slow: random.next() * 0.05,
          refusal: random.next() * 0.2,
        };
        return;
      case "heal":
        return this.#network.heal();
    }
  }

  #restartLater(replica: MortalReplica): void {
    void this.#clock.sleep(this.#random.next() * 2 * this.#mix.down).then(() => {
      if (replica.driver === undefined) replica.start();
    });
  }

  #look(): void {
    this.checks.look();
    // What a power cut has left is of use once it has been opened.
    const up = this.#replicas.filter(({ driver }) => driver !== undefined);
    this.checks.matching(up.map(({ id, log }) => [id, log] as const));
    this.checks.look();
  }
}

const MIXES = [RESTLESS, MIX, LASTING, MIX];

async function live(seed: number): Promise<History> {
  const history = new History(seed, MIXES[seed % MIXES.length]!);
  try {
    await history.run();
  } catch (cause) {
    throw new Error(`SEED=${seed}`, { cause });
  }
  return history;
}

const seeds = onlySeed === undefined
  ? Array.from({ length: histories }, (_, i) => i + 1)
  : [Number(onlySeed)];

Deno.test(`a quorum keeps its promises over ${seeds.length} bad histories`, async () => {
  let acknowledged = 0;
  let snapshotParts = 0;
  for (const seed of seeds) {
    const { checks } = await live(seed);
    acknowledged += checks.acknowledged.size;
    snapshotParts += checks.snapshotParts;
  }
  if (onlySeed !== undefined) return;
  assert(acknowledged > 20 * seeds.length, `only ${acknowledged} acknowledged`);
  assert(snapshotParts > seeds.length, `only ${snapshotParts} parts of snapshots`);
});

/** Lives with a bug until it comes to light. Returns the message of what was broken. */
async function canary(uproot: () => void, mix: Mix): Promise<string> {
  try {
    for (let seed = 1; seed <= 300; seed++) {
      try {
        await new History(seed, mix).run();
      } catch (error) {
        return (error as Error).message;
      }
    }
    return "nothing was seen";
  } finally {
    uproot();
  }
}

/** Puts another method in the place of one; the function that is returned puts it back. */
function replace<T extends object, N extends keyof T>(
  target: T,
  name: N,
  make: (original: T[N]) => T[N],
): () => void {
  const original = target[name];
  target[name] = make(original);
  return () => target[name] = original;
}

const BROKEN = /^Values are not equal: (votes|leaders|lives) of|committed at|acknowledged, and/;

Deno.test("a vote that is not written down is seen", async () => {
  const bug = replace(
    QuorumStateFile.prototype,
    "write",
    (write) =>
      function (this: QuorumStateFile, election, version) {
        write.call(this, { ...election, votedKey: undefined }, version);
      },
  );
  assertMatch(await canary(bug, RESTLESS), BROKEN);
});

Deno.test("a leader that counts itself twice is seen", async () => {
  const bug = replace(
    LeaderState.prototype,
    "updateLocal",
    (update) =>
      function (this: LeaderState, endOffset, voters) {
        const moved = update.call(this, endOffset, voters);
        const other = this.voters.find(({ key }) => key.id !== this.local.key.id)!;
        return this.updateReplica(other.key, endOffset, 0) || moved;
      },
  );
  assertMatch(await canary(bug, MIX), BROKEN);
});

Deno.test("a follower that does not cut its log off is seen", async () => {
  const bug = replace(RaftLog.prototype, "truncateTo", () => () => {});
  assertMatch(await canary(bug, MIX), /no agreement|logs of|committed at/);
});
