/**
 * Consumers that come, go, fall silent, dawdle, restart, change their minds and commit where they are, on a coordinator that fails to write,
 * stops, and comes back with what is in its log. Every seed is another history; a failure tells its seed.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { ClassicGroup } from "../../cluster/coordinator/group/classic_group.ts";
import { ClassicGroupOffsets } from "../../cluster/coordinator/group/classic_group_offsets.ts";
import { GroupCoordinatorShard } from "../../cluster/coordinator/group_coordinator_shard.ts";
import { OffsetStore } from "../../cluster/coordinator/offsets/offset_store.ts";
import { GroupHarness } from "../support/group_harness.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { replaced } from "../support/replaced.ts";
import {
  type ConsumerWorld,
  parseAssigned,
  SimulatedConsumer,
} from "../support/simulated_consumer.ts";
import { ShardHarness } from "../support/shard_harness.ts";
import { NotedOffsets } from "./noted_offsets.ts";

const PARTITIONS = 12;
const MAX_CONSUMERS = 7;
/** Longest rebalance timeout of a consumer, and its longest session. */
const [REBALANCE_MS, SESSION_MS] = [15_000, 10_000];
/** A JoinGroup waits for one rebalance, and the first one of a group for as long again. */
const ANSWER_BOUND_MS = 2 * REBALANCE_MS;
/** Who has died in a JoinGroup is found out by a rebalance, its assignment that nobody asks for, or its session. */
const LEAVE_BOUND_MS = 2 * REBALANCE_MS + 2 * SESSION_MS;

class Simulation {
  readonly groups: GroupHarness;
  readonly consumers: SimulatedConsumer[] = [];
  readonly dead: SimulatedConsumer[] = [];
  readonly #random: SeededRandom;
  readonly #world: ConsumerWorld;
  readonly #offsets: NotedOffsets;
  /** Leader by generation, since the last load. */
  #leaders = new Map<number, string>();
  #lastLoadAt = 0;
  #checkedRecords = 0;
  #generation = 0;
  #nonces = new Map<number, number>();

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.groups = new GroupHarness(
      { "offsets.retention.check.interval.ms": 10_000_000 },
      { seed, check: () => this.#checkGroup() },
    );
    const { groups } = this;
    const random = this.#random;
    const offsets = this.#offsets = new NotedOffsets(groups);
    this.#world = {
      ...{ groups, random, partitionCount: PARTITIONS, sent: [], offsets },
      nextNonce: 1,
      losesHeartbeats: true,
    };
  }

  get #now(): number {
    return this.groups.harness.now.monotonicMs;
  }

  get #group(): ClassicGroup | undefined {
    return this.groups?.shard.groups.classic("g");
  }

  run(steps: number): void {
    this.#world.losesHeartbeats = true;
    for (let step = 0; step < steps; step++) {
      this.#disturb();
      this.#goOn(this.#random.below(1200));
    }
  }

  /** Without disturbances, all who live have everything among them, also after one has died, and after a load. */
  calm(): void {
    this.#world.losesHeartbeats = false;
    this.#settle();
    if (this.consumers.length > 1) this.#kill(this.#random.pick(this.consumers));
    this.#settle();
    if (this.consumers.length > 1) this.#kill(this.#random.pick(this.consumers));
    this.#load(() => this.groups.harness.reload());
    this.#settle();
  }

  #settle(): void {
    for (let step = 0; step < 300; step++) this.#goOn(500);
    const living = this.consumers;
    const members = [...this.#group?.members.keys() ?? []];
    assertEquals(members.sort(), living.map(({ memberId }) => memberId).sort());
    if (living.length === 0) return;
    assertEquals(this.groups.state(), "Stable");
    const owned = living.flatMap(({ assigned }) => assigned?.partitions ?? []);
    assertEquals(owned.sort((a, b) => a - b), Array.from({ length: PARTITIONS }, (_, i) => i));
    assertEquals(this.groups.harness.waiting, 0);
  }

  #goOn(ms: number): void {
    this.groups.advance(ms);
    for (const consumer of [...this.consumers]) {
      consumer.act();
      if (consumer.isFenced) this.consumers.splice(this.consumers.indexOf(consumer), 1);
    }
    this.#checkLog();
    this.#offsets.check();
    this.#checkOwners();
    this.#checkAnswers();
    this.#checkDead();
  }

  #disturb(): void {
    const random = this.#random;
    const { consumers, groups } = this;
    if (random.chance(0.08) && consumers.length < MAX_CONSUMERS) {
      const free = ["i0", "i1", "i2"].filter((id) => consumers.every((one) => one.instance !== id));
      const instance = random.chance(0.4) ? free[0] ?? null : null;
      consumers.push(new SimulatedConsumer(this.#world, instance));
    }
    const consumer = consumers[random.below(Math.max(consumers.length, 1))];
    if (random.chance(0.01)) groups.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
    if (random.chance(0.005)) this.#load(() => groups.harness.reload());
    if (random.chance(0.005)) {
      this.#load(() => groups.harness.crash());
      // Nobody is left to answer.
      this.#world.sent.length = 0;
      for (const one of consumers) one.forgetRequests();
    }
    if (random.chance(0.003)) {
      const deleted = groups.harness.run<ErrorName[]>((shard, reply, out, now) =>
        shard.deleteGroups(["g"], reply, out, now)
      );
      if (deleted.error === undefined && deleted.response[0] === "NONE") this.#offsets.forget();
    }
    if (consumer !== undefined) this.#disturbOne(consumer, random.next());
  }

  #disturbOne(consumer: SimulatedConsumer, roll: number): void {
    if (roll < 0.02) this.#kill(consumer);
    else if (roll < 0.04) consumer.mute(this.#random.below(30_000));
    else if (roll < 0.06) consumer.leave();
    else if (roll < 0.08) consumer.changeSubscription();
    else if (roll < 0.10) consumer.forgetRequests();
    else if (roll < 0.18 && consumer.instance !== null) this.#restart(consumer);
  }

  #kill(consumer: SimulatedConsumer): void {
    consumer.die();
    this.consumers.splice(this.consumers.indexOf(consumer), 1);
    this.dead.push(consumer);
  }

  /** The one before is dead, or a zombie that is still to find out. */
  #restart(consumer: SimulatedConsumer): void {
    const next = new SimulatedConsumer(this.#world, consumer.instance);
    if (this.#random.chance(0.5)) this.#kill(consumer);
    this.consumers.push(next);
  }

  #load(load: () => void): void {
    this.#leaders.clear();
    this.#lastLoadAt = this.#now;
    load();
    this.#offsets.check();
  }

  /** A generation has one leader, and only a restart of it changes its id. */
  #checkGroup(): void {
    const group = this.#group;
    if (
      group === undefined || (group.state !== "CompletingRebalance" && group.state !== "Stable")
    ) {
      return;
    }
    const { generationId, leaderId } = group;
    const before = this.#leaders.get(generationId);
    const leader = group.members.get(leaderId!);
    assert(leader !== undefined, `Generation ${generationId} has a leader that is no member`);
    if (before !== undefined && before !== leaderId) {
      const isRestart = leader.groupInstanceId !== null && !group.members.has(before) &&
        before.startsWith(`${leader.groupInstanceId}-`);
      assert(isRestart, `Generation ${generationId} is led by ${before} and ${leaderId}`);
    }
    this.#leaders.set(generationId, leaderId!);
  }

  /** What is written down: generations that never go back, each assigned by one SyncGroup of its leader. */
  #checkLog(): void {
    const { log } = this.groups.harness;
    for (; this.#checkedRecords < log.length; this.#checkedRecords++) {
      const entry = log[this.#checkedRecords]!;
      assert("record" in entry);
      const { record } = entry;
      if (record.type === "offsetCommit") continue;
      assert(record.type === "groupMetadata");
      const { value } = record;
      if (value === null) {
        this.#generation = 0;
        this.#nonces.clear();
        this.#leaders.clear();
        continue;
      }
      assert(
        value.generation >= this.#generation,
        `Generation ${value.generation} after ${this.#generation}`,
      );
      this.#generation = value.generation;
      const seen = new Set<number>();
      for (const { memberId, groupInstanceId, assignment } of value.members) {
        const assigned = parseAssigned(assignment);
        assert(assigned !== undefined, `${memberId} has nothing in ${value.generation}`);
        assertEquals(assigned.owner, groupInstanceId ?? memberId);
        assertEquals(assigned.generation, value.generation);
        const nonce = this.#nonces.get(value.generation) ?? assigned.nonce;
        assertEquals(assigned.nonce, nonce, `Two leaders have assigned ${value.generation}`);
        this.#nonces.set(value.generation, nonce);
        for (const partition of assigned.partitions) {
          assert(!seen.has(partition), `Partition ${partition} twice in ${value.generation}`);
          seen.add(partition);
        }
      }
      if (value.members.length > 0) assertEquals(seen.size, PARTITIONS);
    }
  }

  /** No two own a partition in one generation, but a static member and the one that was it before. */
  #checkOwners(): void {
    const owners = new Map<string, SimulatedConsumer>();
    for (const consumer of this.consumers) {
      if (consumer.assigned === undefined) continue;
      for (const partition of consumer.assigned.partitions) {
        const key = `${consumer.assigned.nonce} ${partition}`;
        const other = owners.get(key);
        const isSame = other !== undefined && other.instance === consumer.instance &&
          consumer.instance !== null;
        assert(
          other === undefined || isSame,
          `${other?.memberId} and ${consumer.memberId} own ${key}`,
        );
        owners.set(key, consumer);
      }
    }
  }

  #checkAnswers(): void {
    const { sent } = this.#world;
    const open = sent.filter(({ pending }) => !pending.isDone);
    for (const { what, at } of open) {
      assert(this.#now - at <= ANSWER_BOUND_MS, `${what} waits since ${this.#now - at} ms`);
    }
    sent.length = 0;
    sent.push(...open);
    assertEquals(open.length, this.groups.harness.waiting);
  }

  /** Static members may stay longer: every rebalance gives them the time of a session to come back. */
  #checkDead(): void {
    for (const { diedAt, memberId, instance } of this.dead) {
      if (instance !== null || !this.#group?.members.has(memberId)) continue;
      const silentMs = this.#now - Math.max(diedAt!, this.#lastLoadAt);
      assert(silentMs <= LEAVE_BOUND_MS, `${memberId} is dead for ${silentMs} ms`);
    }
  }
}

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

for (const seed of SEEDS) {
  Deno.test(`a group holds together whatever its members and its coordinator do, seed ${seed}`, () => {
    const simulation = new Simulation(seed);
    for (let round = 0; round < 3; round++) {
      simulation.run(500);
      simulation.calm();
    }
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
    name: "a commit is forgotten",
    sign: /partitions with committed offsets|the committed offset of partition/,
    plant: () =>
      replaced(OffsetStore.prototype, "replay", (replay) =>
        function (record, offset, producerId) {
          if (offset % 50 !== 0) replay.call(this, record, offset, producerId);
        }),
  },
  {
    name: "the log loses its end with the coordinator",
    sign: /partitions with committed offsets|the committed offset of partition|Generation/,
    plant: () =>
      replaced(ShardHarness.prototype, "crash", (crash) =>
        function () {
          this.log.pop();
          crash.call(this);
        }),
  },
  {
    name: "who is of an old generation commits",
    sign: /takes partition \d+ from \d+ back to \d+/,
    plant: () =>
      replaced(ClassicGroupOffsets.prototype, "validateOffsetCommit", () => function () {}),
  },
  {
    name: "who is of an old generation is assigned something",
    sign: /was given something else in generation/,
    plant: () =>
      replaced(
        GroupCoordinatorShard.prototype,
        "syncGroup",
        (syncGroup) =>
          function (request, reply, out, now) {
            const { generationId = -1 } = this.groups.classic(request.groupId) ?? {};
            syncGroup.call(this, { ...request, generationId }, reply, out, now);
          },
      ),
  },
  {
    name: "nobody looks for the time",
    sign: /waits since \d+ ms|is dead for \d+ ms/,
    plant: () => replaced(GroupCoordinatorShard.prototype, "timerExpired", () => function () {}),
  },
];

/** How the first of some histories fails. */
function failure(): string {
  for (let seed = 1; seed <= 5; seed++) {
    try {
      const simulation = new Simulation(seed);
      simulation.run(500);
      simulation.calm();
    } catch (error) {
      return (error as Error).message;
    }
  }
  return "not at all";
}

for (const { name, sign, plant } of BUGS) {
  Deno.test(`the simulation of groups finds it when ${name}`, () => {
    const takeOut = plant();
    try {
      assertMatch(failure(), sign);
    } finally {
      takeOut();
    }
  });
}
