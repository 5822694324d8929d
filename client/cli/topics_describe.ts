/**
 * `seglog topics --describe`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import type { PartitionReassignment } from "../admin/reassignments.ts";
import type { TopicDescription } from "../admin/topic_description.ts";
import type { Admin } from "./admin_session.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { describedTopics } from "./described_topics.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import {
  type DescribedTopic,
  hasOverrides,
  isReported,
  partitionLine,
  type PartitionReport,
  topicJson,
  topicLine,
} from "./topic_description.ts";
import { REPORT_OPTIONS } from "./topics_options.ts";
import type { ToolOptions } from "./tool_options.ts";

const DEFAULT_RESPONSE_PARTITIONS = 2000;

async function reassignmentsOf(
  admin: Admin,
  topics: readonly TopicDescription[],
): Promise<TopicPartitionMap<PartitionReassignment>> {
  const partitions = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition }))
  );
  try {
    return await admin.listPartitionReassignments(partitions);
  } catch (error) {
    // Brokers that are old, or tell this to some only, have none to tell.
    if (!(error instanceof KafkaError)) throw error;
    const { code } = error;
    if (code !== "UNSUPPORTED_VERSION" && code !== "CLUSTER_AUTHORIZATION_FAILED") throw error;
    return new TopicPartitionMap();
  }
}

/** Prints what is known of topics, as the options want it. */
export async function describeTopics(
  admin: Admin,
  names: readonly string[],
  options: ToolOptions,
  output: LineOutput,
): Promise<void> {
  const described = await describedTopics(admin, names, {
    partitionSizeLimitPerResponse: options.integer("partition-size-limit-per-response") ??
      DEFAULT_RESPONSE_PARTITIONS,
  });
  const resources = described.map(({ name }) => ({ type: "TOPIC" as const, name }));
  const configs = await admin.describeConfigs(resources);
  const live = new Set((await admin.describeCluster()).nodes.map(({ id }) => id));
  const reassignments = await reassignmentsOf(admin, described);
  const [underReplicated, underMinIsr, atMinIsr, unavailable] = REPORT_OPTIONS.map((name) =>
    options.has(name)
  ) as [boolean, boolean, boolean, boolean];
  const report: PartitionReport = { underReplicated, underMinIsr, atMinIsr, unavailable };
  const isReport = Object.values(report).includes(true);
  const json: unknown[] = [];
  for (const [i, description] of described.entries()) {
    const { name } = description;
    const topic: DescribedTopic = {
      description,
      config: configs.get(resources[i]!),
      reassignments: new Map(
        [...reassignments].filter(([{ topic }]) => topic === name)
          .map(([{ partition }, reassignment]) => [partition, reassignment]),
      ),
    };
    const onlyOverrides = options.has("topics-with-overrides");
    const partitions = description.partitions.toSorted((a, b) => a.partition - b.partition);
    const shown = onlyOverrides
      ? []
      : partitions.filter((info) => !isReport || isReported(topic, info, report, live));
    const hasHead = !isReport && (!onlyOverrides || hasOverrides(topic));
    if (options.has("json")) {
      if (hasHead || shown.length > 0) json.push(topicJson(topic, shown));
      continue;
    }
    if (hasHead) output.print(topicLine(topic));
    for (const info of shown) {
      output.print(partitionLine(name, info, topic.reassignments.get(info.partition)));
    }
  }
  if (options.has("json")) output.print(JSON.stringify(json));
}
