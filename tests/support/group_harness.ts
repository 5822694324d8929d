/** Drives the groups of one partition, as members do, on the {@linkcode ShardHarness}. */

import { type ErrorName, errorName } from "../../client/protocol/error_codes.ts";
import type { HeartbeatResponse } from "../../client/protocol/messages/heartbeat.ts";
import type { LeaveGroupResponse } from "../../client/protocol/messages/leave_group.ts";
import type {
  JoinAnswer,
  SyncAnswer,
} from "../../cluster/coordinator/group/classic_group_member.ts";
import { GroupCoordinatorShard } from "../../cluster/coordinator/group_coordinator_shard.ts";
import { type GroupRecord, groupSerde } from "../../cluster/coordinator/group_records.ts";
import { type Draft, encode, messageOf } from "../../storage/message/message_codec.ts";
import { consumerProtocolSchemas } from "../../storage/message/schemas/consumer_protocol.ts";
import { CollectingLogger, SeededRandom } from "./manual_env.ts";
import { type Pending, ShardHarness } from "./shard_harness.ts";

/** The defaults of Kafka. */
const CONFIGS: Readonly<Record<string, number>> = {
  "group.initial.rebalance.delay.ms": 3000,
  "group.max.size": 2 ** 31 - 1,
  "group.min.session.timeout.ms": 6000,
  "group.max.session.timeout.ms": 1_800_000,
  "group.consumer.session.timeout.ms": 45_000,
  "group.share.session.timeout.ms": 45_000,
  "group.streams.session.timeout.ms": 45_000,
  "offset.metadata.max.bytes": 4096,
  "offsets.retention.check.interval.ms": 600_000,
  "offsets.retention.minutes": 10_080,
};

/** What a member says when it joins. */
export interface JoinOptions {
  readonly group?: string;
  readonly memberId?: string;
  readonly instance?: string | null;
  readonly version?: number;
  readonly protocols?: readonly (readonly [name: string, metadata: Uint8Array])[];
  readonly protocolType?: string;
  readonly sessionMs?: number;
  readonly rebalanceMs?: number;
  readonly clientId?: string;
}

/** What a member says with other requests. */
export interface MemberOptions {
  readonly group?: string;
  readonly instance?: string | null;
  readonly protocolType?: string | null;
  readonly protocolName?: string | null;
}

/** Groups on a clock that stands still. */
export class GroupHarness {
  readonly harness: ShardHarness<GroupCoordinatorShard, GroupRecord>;
  readonly logger: CollectingLogger = new CollectingLogger();
  readonly #configs: Record<string, number>;

  constructor(
    configs: Readonly<Record<string, number>> = {},
    { seed = 1, check }: { readonly seed?: number; readonly check?: () => void } = {},
  ) {
    this.#configs = { ...CONFIGS, ...configs };
    const random = new SeededRandom(seed);
    const { logger } = this;
    const config = {
      int: (name: string) => this.#get(name),
      long: (name: string) => this.#get(name),
    };
    this.harness = new ShardHarness(
      () => new GroupCoordinatorShard({ config, random, logger }),
      { serde: groupSerde, ...(check === undefined ? {} : { check }) },
    );
  }

  get shard(): GroupCoordinatorShard {
    return this.harness.shard;
  }

  /** Changes a config from now on. */
  set(name: string, value: number): void {
    this.#configs[name] = value;
  }

  advance(ms: number): void {
    this.harness.advance(ms);
  }

  join(options: JoinOptions = {}): Pending<JoinAnswer> {
    const { group = "g", memberId = "", instance = null, version = 9 } = options;
    const { protocols = [["range", subscriptionOf("t")]], protocolType = "consumer" } = options;
    const { sessionMs = 10_000, rebalanceMs = 60_000, clientId = "client" } = options;
    const request = {
      groupId: group,
      memberId,
      groupInstanceId: instance,
      protocolType,
      protocols: protocols.map(([name, metadata]) => ({ name, metadata })),
      sessionTimeoutMs: sessionMs,
      rebalanceTimeoutMs: rebalanceMs,
      reason: null,
    };
    const context = { apiVersion: version, clientId, clientHost: "/127.0.0.1" };
    return this.harness.run<JoinAnswer>((shard, reply, out, now) =>
      shard.joinGroup(request, context, reply, out, now)
    );
  }

  /** Asks for an id, and joins with it; a static member gets its id with the answer. */
  enter(
    options: JoinOptions = {},
  ): { readonly memberId: string; readonly joined: Pending<JoinAnswer> } {
    if (options.instance) return { memberId: "", joined: this.join(options) };
    const memberId = this.join(options).response.memberId!;
    return { memberId, joined: this.join({ ...options, memberId }) };
  }

  sync(
    memberId: string,
    generationId: number,
    assignments: Readonly<Record<string, Uint8Array>> = {},
    options: MemberOptions = {},
  ): Pending<SyncAnswer> {
    const { group = "g", instance = null, protocolType = null, protocolName = null } = options;
    const request = {
      groupId: group,
      generationId,
      memberId,
      groupInstanceId: instance,
      protocolType,
      protocolName,
      assignments: Object.entries(assignments).map(([id, assignment]) => ({
        memberId: id,
        assignment,
      })),
    };
    return this.harness.run<SyncAnswer>((shard, reply, out, now) =>
      shard.syncGroup(request, reply, out, now)
    );
  }

  /** The error of a heartbeat. */
  heartbeat(memberId: string, generationId: number, options: MemberOptions = {}): string {
    const { group = "g", instance = null } = options;
    const request = { groupId: group, generationId, memberId, groupInstanceId: instance };
    const { errorCode } = this.harness.call<Draft<HeartbeatResponse>>((shard, reply, out, now) =>
      shard.heartbeat(request, reply, out, now)
    );
    return errorName(errorCode!);
  }

  /** The errors of members that leave, each by id, or by static id. */
  leave(
    ...members: readonly (string | { readonly instance: string; readonly memberId?: string })[]
  ): string[] {
    const { members: answers } = this.leaving("g", ...members).response;
    return answers!.map(({ errorCode }) => errorName(errorCode!));
  }

  leaving(
    group: string,
    ...members: readonly (string | { readonly instance: string; readonly memberId?: string })[]
  ): Pending<Draft<LeaveGroupResponse>> {
    const identities = members.map((member) =>
      typeof member === "string"
        ? { memberId: member, groupInstanceId: null, reason: null }
        : { memberId: member.memberId ?? "", groupInstanceId: member.instance, reason: null }
    );
    return this.harness.run<Draft<LeaveGroupResponse>>((shard, reply, out, now) =>
      shard.leaveGroup(group, identities, reply, out, now)
    );
  }

  /** The errors of groups that are to be deleted. */
  delete(...groups: readonly string[]): string[] {
    return this.harness.call<ErrorName[]>((shard, reply, out, now) =>
      shard.deleteGroups(groups, reply, out, now)
    );
  }

  state(group = "g"): string {
    return this.shard.describeGroup(group, 5).groupState!;
  }

  /** A group in its first generation, with its assignments: `a0` of the first member, and so on. The first one leads. */
  stable(count: number, options: JoinOptions = {}): string[] {
    const entered = Array.from({ length: count }, () => this.enter(options));
    this.advance(3000 + 3000 * Number(count > 1));
    const ids = entered.map(({ joined }) => joined.response.memberId!);
    const { generationId } = entered[0]!.joined.response;
    const group = options.group ?? "g";
    const assignments = Object.fromEntries(ids.map((id, i) => [id, bytes(`a${i}`)]));
    for (const id of ids.slice(1)) this.sync(id, generationId!, {}, { group });
    void this.sync(ids[0]!, generationId!, assignments, { group }).response;
    return ids;
  }

  #get(name: string): number {
    const value = this.#configs[name];
    if (value === undefined) throw new Error(`No such config: ${name}`);
    return value;
  }
}

/** The name of the error in an answer. */
export function errorOf(pending: Pending<{ readonly errorCode?: number | undefined }>): string {
  return errorName(pending.response.errorCode ?? 0);
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of bytes. */
export function text(value: unknown): string {
  return new TextDecoder().decode(value as Uint8Array);
}

/** What a consumer tells its assignor when it subscribes to topics. */
export function subscriptionOf(...topics: readonly string[]): Uint8Array {
  const schema = consumerProtocolSchemas().find(({ name }) => name.endsWith("Subscription"))!;
  const encoded = encode(messageOf<{ topics: string[] }>(schema), 3, { topics });
  const withVersion = new Uint8Array(2 + encoded.length);
  withVersion[1] = 3;
  withVersion.set(encoded, 2);
  return withVersion;
}
