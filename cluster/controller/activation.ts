/**
 * What a controller does first when it becomes the one that decides.
 *
 * @module
 */

import { METADATA_VERSION_FEATURE } from "../../client/metadata/metadata_version.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import { CONFIG_RESOURCE_TYPE } from "./configs_image.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { ELR_FEATURE } from "./metadata_image.ts";
import { type MetadataRecord, metadataRecord } from "./metadata_records.ts";
import { MIN_INSYNC_REPLICAS } from "./topic_settings.ts";

/**
 * Decides how a controller begins (Kafka's `ActivationRecordsGenerator`): it gives a new cluster what formatting has laid down for it, and gives
 * up a transaction of the log that the controller before it did not end.
 *
 * @param bootstrapRecords what a new cluster begins with
 * @param isInTransaction whether a transaction of the log is open
 */
export function activate(
  { image, rules }: Pick<ControllerContext, "image" | "rules">,
  bootstrapRecords: readonly MetadataRecord[],
  isInTransaction: boolean,
): Decision<void> {
  const records: MetadataRecord[] = isInTransaction
    ? [metadataRecord("AbortTransactionRecord", 0, { reason: "Controller failover" })]
    : [];
  if (image.metadataVersion !== 0) return { records, response: undefined };
  let level = 0;
  let elrLevel = 0;
  for (const { type, data } of bootstrapRecords) {
    if (type !== "FeatureLevelRecord") continue;
    if (data.name === METADATA_VERSION_FEATURE) level = data.featureLevel;
    if (data.name === ELR_FEATURE) elrLevel = data.featureLevel;
  }
  const beginning = [...bootstrapRecords];
  if (elrLevel > 0) {
    beginning.push(metadataRecord("ConfigRecord", 0, {
      resourceType: CONFIG_RESOURCE_TYPE.BROKER,
      resourceName: "",
      name: MIN_INSYNC_REPLICAS,
      value: rules.staticText(MIN_INSYNC_REPLICAS) ?? "1",
    }));
  }
  if (!metadataVersionAbilities(level).transactions) {
    return { records: [...records, ...beginning], response: undefined };
  }
  return {
    records: [
      ...records,
      metadataRecord("BeginTransactionRecord", 0, { name: "Bootstrap records" }),
      ...beginning,
      metadataRecord("EndTransactionRecord", 0, {}),
    ],
    response: undefined,
  };
}
