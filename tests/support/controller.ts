/** Short ways for tests of the controller: a cluster's metadata, and decisions on it. */

import type {
  ConfigRules,
  ControllerContext,
  Decision,
} from "../../cluster/controller/decision.ts";
import { BrokerHeartbeats } from "../../cluster/controller/broker_heartbeats.ts";
import { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import { type MetadataRecord, metadataRecord } from "../../cluster/controller/metadata_records.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { ManualClock, SeededRandom } from "./manual_env.ts";

/** Rules of a broker without configs of its own. */
export const rules: ConfigRules = {
  defaultNumPartitions: 3,
  defaultReplicationFactor: 1,
  unstableFeatureVersionsEnable: false,
  isList: (_resource, name) => name === "cleanup.policy",
  validate: ({ type }, configs) => {
    if (type === 2) parseLogConfig(Object.fromEntries(configs));
  },
  staticText: () => null,
  defaultText: (_resource, name) => name === "cleanup.policy" ? "delete" : null,
  effectiveTopicConfigs: (own) => [
    {
      name: "cleanup.policy",
      value: own.get("cleanup.policy") ?? "delete",
      readOnly: false,
      configSource: own.has("cleanup.policy") ? 1 : 5,
      isSensitive: false,
    },
  ],
};

/** A broker that registers. */
export function brokerRecord(
  brokerId: number,
  partial: {
    rack?: string;
    fenced?: boolean;
    logDirs?: string[];
    endPoints?: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  } = {},
): MetadataRecord {
  return metadataRecord("RegisterBrokerRecord", 4, {
    brokerId,
    incarnationId: "BROKERINCARNATIONxxxxA",
    brokerEpoch: 100 + brokerId,
    endPoints: partial.endPoints ??
      [{ name: "PLAINTEXT", host: "localhost", port: 9092 + brokerId }],
    fenced: partial.fenced ?? false,
    rack: partial.rack ?? null,
    logDirs: partial.logDirs ?? ["DIRECTORYxxxxxxxxxxxxA"],
  });
}

/** A cluster of some brokers at the newest metadata version. */
export function clusterOf(...brokers: MetadataRecord[]): ControllerContext {
  const image = new MetadataImage();
  image.replay(
    metadataRecord("FeatureLevelRecord", 0, { name: "metadata.version", featureLevel: 30 }),
  );
  for (const record of brokers) image.replay(record);
  const heartbeats = new BrokerHeartbeats(new ManualClock(), () => 9000);
  return { image, random: new SeededRandom(1), rules, nodeId: 1, heartbeats };
}

/** Has the records of a decision take effect. Returns its answer. */
export function apply<R>({ image }: ControllerContext, { records, response }: Decision<R>): R {
  for (const record of records) image.replay(record);
  return response;
}
