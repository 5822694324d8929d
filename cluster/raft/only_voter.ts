/**
 * The limit of what can be led without a network: a quorum of one.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ReplicaKey, VoterSet } from "./voter_set.ts";

/**
 * Refuses a quorum that this node is not the whole of.
 *
 * @throws {InvalidConfigError} naming the voters
 */
export function ensureOnlyVoter(key: ReplicaKey, voters: VoterSet): void {
  if (voters.isOnlyVoter(key)) return;
  const directory = key.directoryId === undefined ? "" : ` (directory ${key.directoryId})`;
  const node = `${key.id}${directory}`;
  if (voters.size === 0) {
    throw new InvalidConfigError(
      `The metadata log has no voters and controller.quorum.voters names none; format the directory with --standalone, node: ${node}`,
    );
  }
  throw new InvalidConfigError(
    `The node has no network to reach other voters over, node ${node}, voters: ${voters}`,
  );
}
