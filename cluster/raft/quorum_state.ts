/**
 * What a node must not forget of elections: the file `quorum-state` in the metadata log's directory, one line of JSON.
 * ```text
 * version 0  {"clusterId":"","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}
 * version 1  {"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
 * ```
 * -1 is no leader, and no vote. Version 0 goes with `kraft.version` 0; its cluster id and applied offset are never filled.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { linesOf, readTextFile, writeTextFile } from "../../storage/file/text_file.ts";
import { canonicalUuid, ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { type ReplicaKey, replicaKey } from "./voter_set.ts";

/** Name of the file. */
export const QUORUM_STATE_FILE = "quorum-state";

/** The state of the election in an epoch, as one node knows it. */
export interface ElectionState {
  /** The epoch. */
  readonly epoch: number;
  /** Who leads; `undefined` while that is not known. */
  readonly leaderId: number | undefined;
  /** Whom this node voted for. */
  readonly votedKey: ReplicaKey | undefined;
  /** The voters' ids, which version 0 keeps. */
  readonly voters: readonly number[];
}

/** Whether the vote went to a replica; one without a directory id went to the node, whatever its directory. */
export function isVotedCandidate(election: ElectionState, key: ReplicaKey): boolean {
  const voted = election.votedKey;
  return voted !== undefined && voted.id === key.id &&
    (voted.directoryId === undefined || voted.directoryId === key.directoryId);
}

/** The line of the file. */
export function formatQuorumState(election: ElectionState, version: 0 | 1): string {
  const leaderId = election.leaderId ?? -1;
  const votedId = election.votedKey?.id ?? -1;
  const leaderEpoch = election.epoch;
  return version === 0
    ? JSON.stringify({
      clusterId: "",
      leaderId,
      leaderEpoch,
      votedId,
      appliedOffset: 0,
      currentVoters: election.voters.map((voterId) => ({ voterId })),
      data_version: 0,
    })
    : JSON.stringify({
      leaderId,
      leaderEpoch,
      votedId,
      votedDirectoryId: election.votedKey?.directoryId ?? ZERO_UUID,
      data_version: 1,
    });
}

/**
 * Reads the line of the file.
 *
 * @throws {CorruptRecordError} when it is no such JSON, lacks a field or has another version
 */
export function parseQuorumState(line: string): ElectionState {
  const fields = parseObject(line);
  const version = integerField(fields, "data_version");
  if (version !== 0 && version !== 1) {
    throw new CorruptRecordError(
      `data_version (${version}) is not within the min (0) and max (1) supported version`,
    );
  }
  const leaderId = integerField(fields, "leaderId");
  const votedId = integerField(fields, "votedId");
  const directoryId = fields["votedDirectoryId"] ?? (version === 0 ? ZERO_UUID : undefined);
  if (typeof directoryId !== "string") {
    throw new CorruptRecordError(`votedDirectoryId is not a string: ${directoryId}`);
  }
  const votedDirectoryId = canonicalUuid(directoryId);
  return {
    epoch: integerField(fields, "leaderEpoch"),
    leaderId: leaderId === -1 ? undefined : leaderId,
    votedKey: votedId === -1 ? undefined : replicaKey(votedId, votedDirectoryId),
    voters: version === 0 ? votersField(fields["currentVoters"]) : [],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CorruptRecordError(`Not JSON: ${text.slice(0, 200)}`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new CorruptRecordError(`Not a JSON object: ${text.slice(0, 200)}`);
}

function integerField(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 0x7fff_ffff) {
    return value;
  }
  throw new CorruptRecordError(`${name} is not an int32: ${value}`);
}

function votersField(value: unknown): number[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new CorruptRecordError(`currentVoters is no array: ${value}`);
  return value.map((voter) => integerField(Object(voter) as Fields, "voterId"));
}

/** The file in the directory of the metadata log. */
export class QuorumStateFile {
  readonly #fileSystem: FileSystem;
  /** Where the file is. */
  readonly path: string;

  /** The file need not be there. */
  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem;
    this.path = joinPath(directory, QUORUM_STATE_FILE);
  }

  /**
   * What the file says; `undefined` when it is not there.
   *
   * @throws {CorruptRecordError} when it cannot be read: a vote might have been given that is not known any more
   */
  read(): ElectionState | undefined {
    const text = readTextFile(this.#fileSystem, this.path);
    if (text === undefined) return undefined;
    try {
      return parseQuorumState(linesOf(text)[0] ?? "");
    } catch (cause) {
      throw new CorruptRecordError(
        `Error while reading the Quorum status from the file ${this.path}: ${
          (cause as Error).message
        }`,
        { cause },
      );
    }
  }

  /** Replaces the file, atomically; durable once it returns. */
  write(election: ElectionState, version: 0 | 1): void {
    writeTextFile(this.#fileSystem, this.path, formatQuorumState(election, version));
  }
}
