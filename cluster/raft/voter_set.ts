/**
 * The voters of a quorum. With `kraft.version` 0 they come from `controller.quorum.voters` and have no directory ids; from 1 on
 * they are records of the log (KIP-853), and a voter is a node with one particular metadata directory.
 *
 * @module
 */

import type { Voter, VotersRecord } from "../../storage/record/control_message.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";

/** A replica of the metadata log: a node, and the id of its metadata directory where that is known. */
export interface ReplicaKey {
  /** Id of the node. */
  readonly id: number;
  /** Id of the directory; `undefined` when it is not known. */
  readonly directoryId: string | undefined;
}

/** Makes a key; the zero id stands for a directory that is not known. */
export function replicaKey(id: number, directoryId?: string): ReplicaKey {
  return { id, directoryId: directoryId === ZERO_UUID ? undefined : directoryId };
}

/** Where a voter listens. */
export interface VoterEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** One voter. */
export interface VoterNode {
  /** Who it is. */
  readonly key: ReplicaKey;
  /** Where it listens. */
  readonly endpoints: readonly VoterEndpoint[];
  /** Lowest `kraft.version` that it can. */
  readonly minKRaftVersion: number;
  /** Highest `kraft.version` that it can. */
  readonly maxKRaftVersion: number;
}

/** One entry of `controller.quorum.voters`. */
export interface StaticVoter {
  /** Id of the node. */
  readonly id: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Whether `known`, which may lack the directory, is the replica `key`. */
export function matchesReplica(known: ReplicaKey, key: ReplicaKey): boolean {
  return known.id === key.id &&
    (known.directoryId === undefined || known.directoryId === key.directoryId);
}

function sameEndpoints(a: readonly VoterEndpoint[], b: readonly VoterEndpoint[]): boolean {
  return a.length === b.length &&
    a.every((endpoint) =>
      b.some(({ name, host, port }) =>
        name === endpoint.name && host === endpoint.host && port === endpoint.port
      )
    );
}

function sameVoter(a: VoterNode, b: VoterNode): boolean {
  return a.key.id === b.key.id && a.key.directoryId === b.key.directoryId &&
    a.minKRaftVersion === b.minKRaftVersion && a.maxKRaftVersion === b.maxKRaftVersion &&
    sameEndpoints(a.endpoints, b.endpoints);
}

/** The voters by id; never changes. */
export class VoterSet {
  /** Nobody. */
  static readonly EMPTY: VoterSet = new VoterSet([]);

  readonly #voters: ReadonlyMap<number, VoterNode>;

  /**
   * A set of these voters.
   *
   * @param voters in any order; ids differ
   */
  constructor(voters: Iterable<VoterNode>) {
    const sorted = [...voters].sort((a, b) => a.key.id - b.key.id);
    this.#voters = new Map(sorted.map((voter) => [voter.key.id, voter]));
  }

  /** The set that a record of the log tells. */
  static fromRecord(record: VotersRecord): VoterSet {
    return new VoterSet(record.voters.map((voter) => ({
      key: replicaKey(voter.voterId, voter.voterDirectoryId),
      endpoints: voter.endpoints,
      minKRaftVersion: voter.kRaftVersionFeature.minSupportedVersion,
      maxKRaftVersion: voter.kRaftVersionFeature.maxSupportedVersion,
    })));
  }

  /** The set of `controller.quorum.voters`, reached over the first controller listener. */
  static fromStatic(listenerName: string, voters: Iterable<StaticVoter>): VoterSet {
    return new VoterSet([...voters].map(({ id, host, port }) => ({
      key: replicaKey(id),
      endpoints: [{ name: listenerName, host, port }],
      minKRaftVersion: 0,
      maxKRaftVersion: 0,
    })));
  }

  /** The record that tells this set. */
  toRecord(): VotersRecord {
    const voters = [...this.#voters.values()].map((voter): Voter => ({
      voterId: voter.key.id,
      voterDirectoryId: voter.key.directoryId ?? ZERO_UUID,
      endpoints: voter.endpoints,
      kRaftVersionFeature: {
        minSupportedVersion: voter.minKRaftVersion,
        maxSupportedVersion: voter.maxKRaftVersion,
      },
    }));
    return { version: 0, voters };
  }

  /** How many there are. */
  get size(): number {
    return this.#voters.size;
  }

  /** Their ids, ascending. */
  get ids(): number[] {
    return [...this.#voters.keys()];
  }

  /** They, by ascending id. */
  get nodes(): VoterNode[] {
    return [...this.#voters.values()];
  }

  /** The voter of an id. */
  get(id: number): VoterNode | undefined {
    return this.#voters.get(id);
  }

  /** Whether a replica votes. */
  isVoter(key: ReplicaKey): boolean {
    const voter = this.#voters.get(key.id);
    return voter !== undefined && matchesReplica(voter.key, key);
  }

  /** Whether a replica votes, and nobody else does. */
  isOnlyVoter(key: ReplicaKey): boolean {
    return this.size === 1 && this.isVoter(key);
  }

  /** Whether `node` votes and something about it is not as this set has it. */
  needsUpdate(node: VoterNode): boolean {
    const voter = this.#voters.get(node.key.id);
    return voter !== undefined && matchesReplica(voter.key, node.key) && !sameVoter(voter, node);
  }

  /** This set with what is known of `node` put in place of the voter of its id, whatever directory that has. */
  withVoter(node: VoterNode): VoterSet {
    return new VoterSet([...this.nodes.filter(({ key }) => key.id !== node.key.id), node]);
  }

  /** Whether all of them can do a `kraft.version`. */
  supports(kraftVersion: number): boolean {
    return this.nodes.every(({ minKRaftVersion, maxKRaftVersion }) =>
      minKRaftVersion <= kraftVersion && kraftVersion <= maxKRaftVersion
    );
  }

  /** Whether two sets are the same in everything. */
  equals(other: VoterSet): boolean {
    return this.size === other.size && this.nodes.every((voter) => {
      const its = other.get(voter.key.id);
      return its !== undefined && sameVoter(voter, its);
    });
  }

  /** `id@host:port:directory` for each, as in `--initial-controllers`. */
  toString(): string {
    return this.nodes.map(({ key, endpoints }) => {
      const [endpoint] = endpoints;
      const address = endpoint === undefined ? "?" : `${endpoint.host}:${endpoint.port}`;
      return `${key.id}@${address}${key.directoryId === undefined ? "" : `:${key.directoryId}`}`;
    }).join(",");
  }
}
