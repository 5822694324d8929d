/**
 * The first voters of a quorum as a command line tells them: `id@host:port:directory`, with commas between them.
 *
 * @module
 */

import { canonicalUuid } from "../../storage/bytes/uuid.ts";
import { LATEST_KRAFT_VERSION } from "./kraft_upgrade.ts";
import { replicaKey, VoterSet } from "./voter_set.ts";

/** One of the first voters. */
export interface DynamicVoter {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Id of its metadata directory. */
  readonly directoryId: string;
}

function int32(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return Math.abs(value) <= 0x7fff_ffff ? value : undefined;
}

/**
 * Reads one voter.
 *
 * @throws {RangeError} in Kafka's words
 */
export function parseDynamicVoter(text: string): DynamicVoter {
  let rest = text.trim();
  const at = rest.indexOf("@");
  if (at < 0) throw new RangeError("No @ found in dynamic voter string.");
  if (at === 0) throw new RangeError("Invalid @ at beginning of dynamic voter string.");
  const nodeId = int32(rest.slice(0, at));
  if (nodeId === undefined) {
    throw new RangeError("Failed to parse node id in dynamic voter string.");
  }
  if (nodeId < 0) {
    throw new RangeError(`Invalid negative node id ${nodeId} in dynamic voter string.`);
  }
  rest = rest.slice(at + 1);
  if (rest === "") throw new RangeError("No hostname found after node id.");
  let host: string;
  if (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    if (end < 0) {
      throw new RangeError("Hostname began with left bracket, but no right bracket was found.");
    }
    host = rest.slice(1, end);
    rest = rest.slice(end + 1);
  } else {
    const end = rest.indexOf(":");
    if (end < 0) throw new RangeError("No colon following hostname could be found.");
    host = rest.slice(0, end);
    rest = rest.slice(end);
  }
  if (!rest.startsWith(":")) throw new RangeError("Port section must start with a colon.");
  rest = rest.slice(1);
  const colon = rest.indexOf(":");
  if (colon < 0) throw new RangeError("No colon following port could be found.");
  const port = int32(rest.slice(0, colon));
  if (port === undefined) throw new RangeError("Failed to parse port in dynamic voter string.");
  if (port < 0 || port > 65535) {
    throw new RangeError(`Invalid port ${port} in dynamic voter string.`);
  }
  try {
    return { nodeId, host, port, directoryId: canonicalUuid(rest.slice(colon + 1)) };
  } catch (cause) {
    throw new RangeError("Failed to parse directory ID in dynamic voter string.", { cause });
  }
}

/**
 * Reads several voters; by ascending id.
 *
 * @throws {RangeError} in Kafka's words
 */
export function parseDynamicVoters(text: string): DynamicVoter[] {
  const voters = text.trim().split(",").filter((part) => part !== "").map(parseDynamicVoter);
  if (voters.length === 0) throw new RangeError("No voters given.");
  voters.sort((a, b) => a.nodeId - b.nodeId);
  voters.forEach(({ nodeId }, index) => {
    if (voters[index - 1]?.nodeId === nodeId) {
      throw new RangeError(`Node id ${nodeId} was specified more than once.`);
    }
  });
  return voters;
}

/** The set that goes into the first snapshot. */
export function dynamicVoterSet(
  voters: readonly DynamicVoter[],
  controllerListenerName: string,
): VoterSet {
  return new VoterSet(voters.map(({ nodeId, host, port, directoryId }) => ({
    key: replicaKey(nodeId, directoryId),
    endpoints: [{ name: controllerListenerName.toUpperCase(), host, port }],
    minKRaftVersion: 0,
    maxKRaftVersion: LATEST_KRAFT_VERSION,
  })));
}
