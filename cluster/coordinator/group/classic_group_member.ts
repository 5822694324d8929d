/**
 * A member of a classic group.
 *
 * @module
 */

import type {
  JoinGroupRequestProtocol,
  JoinGroupResponse,
} from "../../../client/protocol/messages/join_group.ts";
import type { SyncGroupResponse } from "../../../client/protocol/messages/sync_group.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { Reply } from "../coordinator_shard.ts";

/** The answer to a JoinGroup. */
export type JoinAnswer = Draft<JoinGroupResponse>;
/** The answer to a SyncGroup. */
export type SyncAnswer = Draft<SyncGroupResponse>;

/** The assignment of a member that has none. */
export const NO_ASSIGNMENT: Uint8Array = new Uint8Array(0);

/** What a {@linkcode ClassicGroupMember} is made of. */
export interface MemberOptions {
  /** Its id. */
  readonly memberId: string;
  /** Its static id. */
  readonly groupInstanceId: string | null;
  /** What its client calls itself. */
  readonly clientId: string;
  /** Where its client is, as `/address`. */
  readonly clientHost: string;
  /** How long it may take to join again, ms. */
  readonly rebalanceTimeoutMs: number;
  /** How long it may be silent, ms. */
  readonly sessionTimeoutMs: number;
  /** Kind of its protocols. */
  readonly protocolType: string;
  /** Its protocols, best first. */
  readonly protocols: readonly JoinGroupRequestProtocol[];
  /** What it is assigned. */
  readonly assignment?: Uint8Array;
}

/** A member, and the requests of it that wait for the others. */
export class ClassicGroupMember {
  /** Its id. */
  readonly memberId: string;
  /** Its static id. */
  readonly groupInstanceId: string | null;
  /** What its client calls itself. */
  readonly clientId: string;
  /** Where its client is, as `/address`. */
  readonly clientHost: string;
  /** Kind of its protocols. */
  readonly protocolType: string;
  /** How long it may take to join again, ms. */
  rebalanceTimeoutMs: number;
  /** How long it may be silent, ms. */
  sessionTimeoutMs: number;
  /** Its protocols, best first. */
  protocols: readonly JoinGroupRequestProtocol[];
  /** What it is assigned, opaque. */
  assignment: Uint8Array;
  /** The JoinGroup that waits; {@linkcode ClassicGroup} counts them. */
  joinReply: Reply<JoinAnswer> | undefined;
  /** The SyncGroup that waits. */
  syncReply: Reply<SyncAnswer> | undefined;
  /** Whether it has never been told of a generation, so that it may go although its JoinGroup waits. */
  isNew = false;

  /** A member that waits for nothing. */
  constructor(options: MemberOptions) {
    this.memberId = options.memberId;
    this.groupInstanceId = options.groupInstanceId;
    this.clientId = options.clientId;
    this.clientHost = options.clientHost;
    this.protocolType = options.protocolType;
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs;
    this.sessionTimeoutMs = options.sessionTimeoutMs;
    this.protocols = options.protocols;
    this.assignment = options.assignment ?? NO_ASSIGNMENT;
  }

  /** Whether it keeps its place when it restarts. */
  get isStatic(): boolean {
    return this.groupInstanceId !== null;
  }

  /** Whether it is known to be alive because a request of it waits. */
  get hasSatisfiedHeartbeat(): boolean {
    return !this.isNew && (this.joinReply !== undefined || this.syncReply !== undefined);
  }

  /**
   * What it tells the assignor of a protocol, opaque.
   *
   * @throws {RangeError} when it does not support the protocol
   */
  metadata(protocolName: string): Uint8Array {
    const protocol = this.protocols.find(({ name }) => name === protocolName);
    if (protocol === undefined) {
      throw new RangeError(`Member ${this.memberId} does not support protocol: ${protocolName}`);
    }
    return protocol.metadata;
  }

  /** Whether it has the same protocols, in the same order, and tells the same of them. */
  matches(protocols: readonly JoinGroupRequestProtocol[]): boolean {
    return protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, i) => {
        const own = this.protocols[i]!;
        return own.name === name && areEqual(own.metadata, metadata);
      });
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
