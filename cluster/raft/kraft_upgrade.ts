/**
 * Raising `kraft.version` of a running quorum (KIP-853).
 *
 * @module
 */

import { type ControlMessage, kraftVersionMessage, votersMessage } from "./control_messages.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import type { VoterNode } from "./voter_set.ts";

/** The highest `kraft.version` that there is. */
export const LATEST_KRAFT_VERSION = 1;

/** The control records that raise the version; none when it is in force already. Or why it cannot be. */
export type KRaftUpgrade = { readonly messages: readonly ControlMessage[] } | {
  readonly error: string;
};

/**
 * Decides on another `kraft.version`.
 *
 * @param history voters and version at the log's end
 * @param local the leader, whose directory and listeners the log may not have yet
 * @param version the version asked for
 */
export function planKRaftUpgrade(
  history: QuorumHistory,
  local: VoterNode,
  version: number,
): KRaftUpgrade {
  const current = history.lastKRaftVersion;
  if (version === current) return { messages: [] };
  const from = `KRAFT_VERSION_${current}`;
  const to = `KRAFT_VERSION_${version}`;
  if (version < current) {
    return {
      error:
        `Invalid upgrade of kraft.version from version ${from} to ${to} because the new version is a downgrade`,
    };
  }
  const voters = history.lastVoters.withVoter(local);
  const isKnown = voters.nodes.every(({ key }) => key.directoryId !== undefined);
  if (version > LATEST_KRAFT_VERSION || !voters.supports(version) || !isKnown) {
    return {
      error: `Invalid upgrade of kraft.version to ${to} because not all of the voters support it`,
    };
  }
  const messages = [kraftVersionMessage(version)];
  if (!voters.equals(history.lastVoters)) messages.push(votersMessage(voters.toRecord()));
  return { messages };
}
