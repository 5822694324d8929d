/**
 * What brokers tell of their log directories (KIP-858).
 *
 * @module
 */

import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { withoutDirectories } from "./leadership_updates.ts";
import { metadataRecord } from "./metadata_records.ts";

/**
 * Decides that directories of a broker have failed: others lead what was in them, or nobody, and its registration names those that
 * are left.
 */
export function failDirectories(
  context: ControllerContext,
  brokerId: number,
  directories: readonly string[],
): Decision<void> {
  const { image } = context;
  const broker = image.cluster.brokers.get(brokerId);
  const failed = broker?.logDirs.filter((id) => directories.includes(id)) ?? [];
  const { directoryAssignment } = metadataVersionAbilities(image.metadataVersion);
  if (broker === undefined || failed.length === 0 || !directoryAssignment) {
    return { records: [], response: undefined };
  }
  const records = withoutDirectories(context, brokerId, failed);
  const logDirs = broker.logDirs.filter((id) => !failed.includes(id));
  // A record cannot say that none is left.
  if (logDirs.length > 0) {
    const { brokerEpoch } = broker;
    records.push(
      metadataRecord("BrokerRegistrationChangeRecord", 2, { brokerId, brokerEpoch, logDirs }),
    );
  }
  return { records, response: undefined, isSplittable: true };
}
