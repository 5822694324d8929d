/**
 * How the cluster's own topics are made: of what size, and how they are kept, is told by configs of the broker.
 *
 * @module
 */

import type { CreatableTopic } from "../../client/protocol/messages/create_topics.ts";

/** The configs that are looked at; a `BrokerConfig` has them. */
export interface InternalTopicsConfig {
  /** A number. */
  int(name: string): number;
}

interface InternalTopic {
  /** How the names of its configs begin. */
  readonly prefix: string;
  /** What all clusters have in common. */
  readonly configs: Readonly<Record<string, string>>;
  /** Whether there is a `min.isr` beside the others. */
  readonly hasMinIsr: boolean;
}

const INTERNAL_TOPICS: ReadonlyMap<string, InternalTopic> = new Map([
  ["__consumer_offsets", {
    prefix: "offsets.topic",
    configs: { "cleanup.policy": "compact", "compression.type": "producer" },
    hasMinIsr: false,
  }],
  ["__transaction_state", {
    prefix: "transaction.state.log",
    configs: {
      "unclean.leader.election.enable": "false",
      "compression.type": "uncompressed",
      "cleanup.policy": "compact",
    },
    hasMinIsr: true,
  }],
  ["__share_group_state", {
    prefix: "share.coordinator.state.topic",
    configs: { "cleanup.policy": "delete", "compression.type": "producer" },
    hasMinIsr: false,
  }],
]);

/** What is asked of the controller for a topic: the settings of one of the cluster's own, the defaults for any other. */
export function creatableTopic(name: string, config: InternalTopicsConfig): CreatableTopic {
  const topic = INTERNAL_TOPICS.get(name);
  if (topic === undefined) {
    return { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] };
  }
  const number = (setting: string) => config.int(`${topic.prefix}.${setting}`);
  const configs: Readonly<Record<string, string>> = {
    ...topic.configs,
    ...(topic.hasMinIsr ? { "min.insync.replicas": String(number("min.isr")) } : {}),
    "segment.bytes": String(number("segment.bytes")),
  };
  return {
    name,
    numPartitions: number("num.partitions"),
    replicationFactor: number("replication.factor"),
    assignments: [],
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
  };
}
