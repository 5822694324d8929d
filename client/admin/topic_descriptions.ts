/**
 * Describing topics.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import {
  describeTopicPartitions,
  type DescribeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponseTopic,
} from "../protocol/messages/describe_topic_partitions.ts";
import {
  metadata as metadataApi,
  type MetadataResponse,
  type MetadataResponseTopic,
} from "../protocol/messages/metadata.ts";
import type { Node } from "../node.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults, Outcomes } from "./admin_results.ts";
import { apiError } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { describeClusterWithin } from "./cluster.ts";
import { sameText } from "./coordinator_lookup.ts";
import { outcomesOf } from "./outcome_call.ts";
import { NOT_ASKED, type TopicDescription, topicDescription } from "./topic_description.ts";
import { representable, type TopicCollection, withRefused } from "./topic_collection.ts";

/** Options of {@linkcode describeTopics}. */
export interface DescribeTopicsOptions extends CallOptions {
  /** Whether to tell what the client may do. Default: false. */
  readonly includeAuthorizedOperations?: boolean;
  /** How many partitions one answer may tell of; more are asked for one after the other. Default: 2000. */
  readonly partitionSizeLimitPerResponse?: number;
}

const DEFAULT_PARTITIONS_PER_RESPONSE = 2000;

/** The first version of Metadata that can be asked by ids alone. */
const BY_ID_VERSION = 12;

/** Describes topics by their names or ids. */
export async function describeTopics(
  context: AdminContext,
  topics: TopicCollection,
  options: DescribeTopicsOptions = {},
): Promise<AdminResults<string, TopicDescription>> {
  const byId = "topicIds" in topics;
  const { good, bad } = representable(byId ? topics.topicIds : topics, byId ? "id" : "name");
  const results = await outcomesOf<string, TopicDescription>(
    context,
    sameText,
    good,
    options,
    (time, outcomes) =>
      byId
        ? describeByMetadata(context, time, outcomes, options, true)
        : describeByName(context, time, outcomes, options),
  );
  return withRefused(results, bad);
}

async function describeByName(
  context: AdminContext,
  time: CallTime,
  outcomes: Outcomes<string, TopicDescription>,
  options: DescribeTopicsOptions,
): Promise<void> {
  const { nodes } = await describeClusterWithin(context, time, {});
  const byId = new Map(nodes.map((node) => [node.id, nodeOnly(node)]));
  const partial = new PartialDescriptions(outcomes, byId, options);
  try {
    while (partial.left.length > 0) {
      await sendCall(context, time, {
        name: "describeTopicPartitions",
        destination: { to: "any" },
        api: describeTopicPartitions,
        draft: () => ({
          topics: partial.left.map((name) => ({ name })),
          responsePartitionLimit: options.partitionSizeLimitPerResponse ??
            DEFAULT_PARTITIONS_PER_RESPONSE,
          cursor: partial.cursor,
        }),
      }, (response) => partial.take(response));
    }
  } catch (error) {
    // Brokers before 3.8 tell everything at once.
    if (!(error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION")) throw error;
    await describeByMetadata(context, time, outcomes, options, false);
  }
}

/** Topics whose partitions come in several answers. */
class PartialDescriptions {
  readonly #outcomes: Outcomes<string, TopicDescription>;
  readonly #nodes: ReadonlyMap<number, Node>;
  readonly #options: DescribeTopicsOptions;
  readonly #left: Set<string>;
  #unfinished: TopicDescription | undefined;

  constructor(
    outcomes: Outcomes<string, TopicDescription>,
    nodes: ReadonlyMap<number, Node>,
    options: DescribeTopicsOptions,
  ) {
    this.#outcomes = outcomes;
    this.#nodes = nodes;
    this.#options = options;
    this.#left = new Set(outcomes.left.toSorted());
  }

  get left(): string[] {
    return [...this.#left];
  }

  /** Where the next answer is to begin; `null` for the first partition of the first topic. */
  get cursor(): { topicName: string; partitionIndex: number } | null {
    if (this.#unfinished === undefined) return null;
    const { name: topicName, partitions } = this.#unfinished;
    return { topicName, partitionIndex: partitions.length };
  }

  take({ topics, nextCursor }: DescribeTopicPartitionsResponse): void {
    const before = this.#left.size;
    const seen = this.#unfinished?.partitions.length ?? 0;
    let next = nextCursor?.topicName;
    let unfinished: TopicDescription | undefined;
    for (const told of topics) {
      const name = told.name!;
      const error = apiError(told.errorCode);
      if (error !== undefined) {
        this.#outcomes.fail(name, error);
        this.#left.delete(name);
        if (next === name) next = undefined;
        continue;
      }
      const begun = this.#unfinished?.name === name ? this.#unfinished : undefined;
      const more = describedTopic(told, this.#nodes, this.#options);
      const topic = begun === undefined
        ? more
        : { ...begun, partitions: [...begun.partitions, ...more.partitions] };
      if (next === name) unfinished = topic;
      else this.#finish(topic);
      if (begun !== undefined) this.#unfinished = undefined;
    }
    // The topic that was begun may be whole without another partition.
    if (this.#unfinished !== undefined && next !== this.#unfinished.name) {
      this.#finish(this.#unfinished);
      this.#unfinished = undefined;
    }
    this.#unfinished = unfinished ?? this.#unfinished;
    const isForward = this.#left.size < before || (this.#unfinished?.partitions.length ?? 0) > seen;
    if (!isForward && this.#left.size > 0) {
      throw new KafkaError("UNKNOWN_SERVER_ERROR", "The answer tells nothing new of the topics");
    }
  }

  #finish(topic: TopicDescription): void {
    this.#outcomes.complete(topic.name, topic);
    this.#left.delete(topic.name);
  }
}

/** All at once, by Metadata: of ids, or of brokers that are old. */
async function describeByMetadata(
  context: AdminContext,
  time: CallTime,
  outcomes: Outcomes<string, TopicDescription>,
  { includeAuthorizedOperations = false }: DescribeTopicsOptions,
  byId: boolean,
): Promise<void> {
  const keys = outcomes.left;
  await sendCall(context, time, {
    name: byId ? "describeTopicsWithIds" : "describeTopics",
    destination: { to: "any" },
    api: metadataApi,
    minVersion: byId ? BY_ID_VERSION : 0,
    draft: () => ({
      topics: keys.map((key) => byId ? { topicId: key, name: null } : { name: key }),
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: includeAuthorizedOperations,
    }),
  }, (response) => {
    for (const key of keys) {
      const told = response.topics.find(({ topicId, name }) => (byId ? topicId : name) === key);
      const error = told === undefined ? undefined : apiError(told.errorCode);
      if (byId && (told?.name ?? null) === null) {
        outcomes.fail(key, new KafkaError("UNKNOWN_TOPIC_ID", `TopicId ${key} not found.`));
      } else if (error !== undefined) outcomes.fail(key, error);
      else if (told === undefined) {
        const message = `Topic ${key} not found.`;
        outcomes.fail(key, new KafkaError("UNKNOWN_TOPIC_OR_PARTITION", message));
      } else outcomes.complete(key, topicOf(response, told));
    }
  });
}

function topicOf(response: MetadataResponse, told: MetadataResponseTopic): TopicDescription {
  const nodes = new Map(
    response.brokers.map(({ nodeId: id, host, port, rack }) => [id, { id, host, port, rack }]),
  );
  return topicDescription(told, nodes, told.partitions, told.topicAuthorizedOperations);
}

function describedTopic(
  told: DescribeTopicPartitionsResponseTopic,
  nodes: ReadonlyMap<number, Node>,
  { includeAuthorizedOperations = false }: DescribeTopicsOptions,
): TopicDescription {
  const partitions = told.partitions.map(({ eligibleLeaderReplicas, ...partition }) => (
    { ...partition, elr: eligibleLeaderReplicas }
  ));
  const operations = includeAuthorizedOperations ? told.topicAuthorizedOperations : NOT_ASKED;
  return topicDescription(told, nodes, partitions, operations);
}

const nodeOnly = ({ id, host, port, rack }: Node): Node => ({ id, host, port, rack });
