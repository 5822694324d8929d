/** A consumer of a classic group as a state machine: it sends what a client sends, and believes what it is answered. */

import { type ErrorName, errorName } from "../../client/protocol/error_codes.ts";
import type {
  JoinAnswer,
  SyncAnswer,
} from "../../cluster/coordinator/group/classic_group_member.ts";
import { bytes, type GroupHarness, subscriptionOf, text } from "./group_harness.ts";
import type { SeededRandom } from "./manual_env.ts";
import type { Pending } from "./shard_harness.ts";

/** What a leader has assigned to somebody. */
export interface Assigned {
  /** Tells the leader's SyncGroup from every other. */
  readonly nonce: number;
  /** The generation that it was for. */
  readonly generation: number;
  /** The static id, or else the member id, of whom it is for. */
  readonly owner: string;
  /** The partitions. */
  readonly partitions: readonly number[];
}

/** Something that was sent and is to be answered. */
export interface Sent {
  readonly what: string;
  readonly at: number;
  readonly pending: Pending<JoinAnswer> | Pending<SyncAnswer>;
}

/** What all consumers of a simulation share. */
export interface ConsumerWorld {
  readonly groups: GroupHarness;
  readonly random: SeededRandom;
  readonly partitionCount: number;
  /** Everything that was sent, also by those who are gone. */
  readonly sent: Sent[];
  /** What was committed. */
  readonly offsets: ConsumedOffsets;
  /** Makes nonces. */
  nextNonce: number;
  /** Whether heartbeats are lost on their way. */
  losesHeartbeats: boolean;
}

/** Where consumers go on, and what they are told when they commit. */
export interface ConsumedOffsets {
  /** Where a consumer of a partition goes on. */
  of(partition: number): number;
  /** Commits where a consumer is. Returns the error. */
  commit(consumer: SimulatedConsumer, positions: ReadonlyMap<number, number>): ErrorName;
}

/** Reads what {@linkcode SimulatedConsumer} writes. */
export function parseAssigned(assignment: Uint8Array): Assigned | undefined {
  return assignment.length === 0 ? undefined : JSON.parse(text(assignment));
}

const HEARTBEAT_MS = 2500;

/** One consumer. */
export class SimulatedConsumer {
  readonly instance: string | null;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  readonly #world: ConsumerWorld;
  memberId = "";
  generation = -1;
  /** What it owns, while it thinks that it does. */
  assigned: Assigned | undefined;
  /** Whether it is told that another one has its static id. */
  isFenced = false;
  /** When it has died, ms. */
  diedAt: number | undefined;
  #mutedUntil = 0;
  #state: "idle" | "joining" | "assigning" | "syncing" | "stable" = "idle";
  #join: Pending<JoinAnswer> | undefined;
  #sync: Pending<SyncAnswer> | undefined;
  /** The next record of each partition that it owns. */
  #positions = new Map<number, number>();
  #assignments: Record<string, Uint8Array> = {};
  #syncAt = 0;
  #heartbeatAt = 0;
  #subscription = 0;

  constructor(world: ConsumerWorld, instance: string | null) {
    this.#world = world;
    this.instance = instance;
    this.sessionMs = 6000 + world.random.below(4000);
    this.rebalanceMs = 8000 + world.random.below(7000);
  }

  get isStable(): boolean {
    return this.#state === "stable";
  }

  /** It does nothing for a while; then it goes on where it was. */
  mute(ms: number): void {
    this.#mutedUntil = this.#now + ms;
  }

  /** It dies without a word. */
  die(): void {
    this.diedAt = this.#now;
  }

  /** What was sent is answered to nobody: the broker or the connection is gone. */
  forgetRequests(): void {
    if (this.#state !== "stable") this.#rejoin();
  }

  /** It wants other topics from now on, and joins again. */
  changeSubscription(): void {
    this.#subscription++;
    this.#rejoin();
  }

  /** It says goodbye, and comes back as somebody new. */
  leave(): void {
    if (this.memberId !== "") this.#world.groups.leaving("g", this.memberId);
    this.memberId = "";
    this.#rejoin();
  }

  /** Does what is due. */
  act(): void {
    if (this.diedAt !== undefined || this.isFenced || this.#mutedUntil > this.#now) return;
    const wasMuted = this.#mutedUntil > 0;
    this.#mutedUntil = 0;
    switch (this.#state) {
      case "idle":
        return this.#sendJoin();
      case "joining":
        if (this.#join!.isDone) this.#joined(this.#join!);
        return;
      case "assigning":
        if (this.#syncAt <= this.#now) this.#sendSync();
        else if (this.#heartbeatAt <= this.#now) this.#heartbeat();
        return;
      case "syncing":
        if (this.#sync!.isDone) this.#synced(this.#sync!);
        return;
      case "stable":
        if (wasMuted || this.#world.random.chance(0.3)) this.#consume();
        // That may have told it that it owns nothing any more.
        if (this.isStable && this.#heartbeatAt <= this.#now) this.#heartbeat();
    }
  }

  get #now(): number {
    return this.#world.groups.harness.now.monotonicMs;
  }

  #rejoin(): void {
    this.assigned = undefined;
    this.#state = "idle";
  }

  #reset(): void {
    this.memberId = "";
    this.#rejoin();
  }

  #failed(error: string): void {
    if (error === "FENCED_INSTANCE_ID") {
      this.assigned = undefined;
      this.isFenced = true;
    } else if (error === "UNKNOWN_MEMBER_ID" || error === "ILLEGAL_GENERATION") this.#reset();
    else this.#rejoin();
  }

  #sendJoin(): void {
    const { groups, sent } = this.#world;
    const { memberId, instance, sessionMs, rebalanceMs } = this;
    const subscription = subscriptionOf("t", `t${this.#subscription}`);
    this.#join = groups.join({
      memberId,
      instance,
      sessionMs,
      rebalanceMs,
      protocols: [["range", subscription], ["sticky", subscription]],
    });
    this.#state = "joining";
    sent.push({ what: `JoinGroup of ${memberId}`, at: this.#now, pending: this.#join });
  }

  #joined(join: Pending<JoinAnswer>): void {
    if (join.error !== undefined) return this.#failed(join.error);
    const answer = join.response;
    const error = errorName(answer.errorCode ?? 0);
    if (error === "MEMBER_ID_REQUIRED") {
      this.memberId = answer.memberId!;
      return this.#sendJoin();
    }
    if (error !== "NONE") return this.#failed(error);
    this.memberId = answer.memberId!;
    this.generation = answer.generationId!;
    const isLeader = answer.leader === this.memberId && !answer.skipAssignment;
    this.#assignments = isLeader ? this.#assign(answer) : {};
    this.#state = "assigning";
    // Most are quick; some take so long that they are thrown out, alive as they are.
    const { random } = this.#world;
    this.#syncAt = this.#now + (random.chance(0.05) ? random.below(60_000) : random.below(500));
    this.#heartbeatAt = this.#now + HEARTBEAT_MS;
  }

  #assign({ members }: JoinAnswer): Record<string, Uint8Array> {
    const { partitionCount } = this.#world;
    const nonce = this.#world.nextNonce++;
    const all = members!;
    return Object.fromEntries(all.map((member, i) => {
      const partitions = Array.from({ length: partitionCount }, (_, p) => p)
        .filter((partition) => partition % all.length === i);
      const owner = member.groupInstanceId ?? member.memberId!;
      const assigned: Assigned = { nonce, generation: this.generation, owner, partitions };
      return [member.memberId!, bytes(JSON.stringify(assigned))];
    }));
  }

  #sendSync(): void {
    const { groups, sent } = this.#world;
    const { memberId, generation, instance } = this;
    this.#sync = groups.sync(memberId, generation, this.#assignments, { instance });
    this.#state = "syncing";
    sent.push({ what: `SyncGroup of ${memberId}`, at: this.#now, pending: this.#sync });
  }

  #synced(sync: Pending<SyncAnswer>): void {
    if (sync.error !== undefined) return this.#failed(sync.error);
    const error = errorName(sync.response.errorCode ?? 0);
    if (error !== "NONE") return this.#failed(error);
    this.#state = "stable";
    this.#heartbeatAt = this.#now + HEARTBEAT_MS;
    this.assigned = parseAssigned(sync.response.assignment as Uint8Array);
    const { offsets } = this.#world;
    const partitions = this.assigned?.partitions ?? [];
    this.#positions = new Map(partitions.map((partition) => [partition, offsets.of(partition)]));
    const owner = this.instance ?? this.memberId;
    if (this.assigned?.owner !== owner || this.assigned.generation !== this.generation) {
      throw new Error(
        `${owner} was given something else in generation ${this.generation}: ` +
          JSON.stringify(this.assigned),
      );
    }
  }

  /** It reads on, and commits where it is, which it may forget. */
  #consume(): void {
    const { random, offsets } = this.#world;
    for (const [partition, position] of this.#positions) {
      if (random.chance(0.5)) this.#positions.set(partition, position + 1 + random.below(9));
    }
    if (this.#positions.size === 0) return;
    const error = offsets.commit(this, this.#positions);
    // It commits again.
    if (error === "NONE" || error === "COORDINATOR_NOT_AVAILABLE") return;
    this.#failed(error);
  }

  #heartbeat(): void {
    this.#heartbeatAt = this.#now + HEARTBEAT_MS;
    const { memberId, generation, instance } = this;
    const { losesHeartbeats, random } = this.#world;
    if (losesHeartbeats && random.chance(0.2)) return;
    const error = this.#world.groups.heartbeat(memberId, generation, { instance });
    if (error !== "NONE") this.#failed(error);
  }
}
