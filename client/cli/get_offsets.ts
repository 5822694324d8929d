/**
 * `seglog get-offsets`: offsets of partitions by name or time. Flags and output are those of `kafka-get-offsets.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { OffsetSpec } from "../admin/offsets.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { checkBootstrapServer } from "./command_config.ts";
import { GET_OFFSETS_OPTIONS } from "./get_offsets_options.ts";
import {
  exceptionMessage,
  exceptionText,
  executionException,
  JavaException,
  stackText,
  terse,
  thrown,
} from "./java_exception.ts";
import { filterOfPatterns, filterOfTopic, type PartitionFilter } from "./partition_filter.ts";
import { ToolOptions } from "./tool_options.ts";

const USAGE = "An interactive shell for getting topic-partition offsets.";

/** What stands for a time: names, and numbers for them. */
const SPECS: Readonly<Record<string, OffsetSpec>> = {
  "latest": "latest",
  "-1": "latest",
  "earliest": "earliest",
  "-2": "earliest",
  "max-timestamp": "maxTimestamp",
  "-3": "maxTimestamp",
  "earliest-local": "earliestLocal",
  "-4": "earliestLocal",
  "latest-tiered": "latestTiered",
  "-5": "latestTiered",
  "earliest-pending-upload": "earliestPendingUpload",
  "-6": "earliestPendingUpload",
};

/**
 * Reads what `--time` says.
 *
 * @throws {JavaException} when it is neither a name nor a number
 */
export function parseOffsetSpec(text: string): OffsetSpec {
  const named = SPECS[text.replace(/^-0*(?=[1-6]$)/, "-")];
  if (named !== undefined) return named;
  const timestamp = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(timestamp)) return { timestamp };
  throw terse(
    `Malformed time argument ${text}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / ` +
      "-4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp",
  );
}

function parse(args: readonly string[]): ToolOptions {
  let options: ToolOptions;
  try {
    options = new ToolOptions(args, GET_OFFSETS_OPTIONS);
  } catch (error) {
    throw terse(exceptionMessage(error));
  }
  options.answerHelp(USAGE);
  options.require("bootstrap-server");
  try {
    checkBootstrapServer(options.value("bootstrap-server")!);
  } catch (error) {
    throw options.fail(exceptionMessage(error));
  }
  if (
    options.has("topic-partitions") && (options.has("topic") || options.has("partitions"))
  ) {
    throw terse("--topic-partitions cannot be used with --topic or --partitions");
  }
  return options;
}

async function partitionsOf(
  admin: Admin,
  filter: PartitionFilter,
  excludeInternal: boolean,
): Promise<TopicPartition[]> {
  const listings = await admin.listTopics({ listInternal: !excludeInternal });
  const topics = [...listings.keys()].filter((topic) => filter.hasTopic(topic));
  if (topics.length === 0) return [];
  const described = [...(await admin.describeTopics(topics)).all()];
  return described.flatMap(([topic, { partitions }]) =>
    partitions.map(({ partition }) => ({ topic, partition }))
  ).filter((topicPartition) => filter.hasPartition(topicPartition));
}

async function printOffsets(
  admin: Admin,
  partitions: readonly TopicPartition[],
  spec: OffsetSpec,
  options: ToolOptions,
  output: LineOutput,
): Promise<void> {
  const results = await admin.listOffsets(
    new TopicPartitionMap(partitions.map((partition) => [partition, spec])),
  );
  const found: (readonly [key: string, TopicPartition, number])[] = [];
  for (const topicPartition of partitions) {
    const key = topicPartitionKey(topicPartition);
    try {
      const { offset } = results.get(topicPartition);
      if (offset >= 0) found.push([key, topicPartition, offset]);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      output.printError(
        `Skip getting offsets for topic-partition ${key} due to error: ${exceptionText(error)}`,
      );
    }
  }
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  if (options.has("json")) {
    output.print(JSON.stringify(found.map(([, { topic, partition }, offset]) => ({
      topic,
      partition,
      offset,
    }))));
    return;
  }
  for (const [, { topic, partition }, offset] of found) {
    output.print(`${topic}:${partition}:${offset}`);
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function getOffsetsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = parse(args);
    const spec = parseOffsetSpec(options.value("time")!);
    const filter = options.has("topic-partitions")
      ? filterOfPatterns(options.value("topic-partitions")!)
      : filterOfTopic(options.value("topic"), options.value("partitions"));
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      configFile: options.value("command-config"),
      configs: { "client.id": "GetOffsetShell" },
    });
    try {
      const partitions = await partitionsOf(admin, filter, options.has("exclude-internal-topics"));
      if (partitions.length === 0) {
        throw terse("Could not match any topic-partitions with the specified filters");
      }
      await printOffsets(admin, partitions, spec, options, output);
    } catch (error) {
      throw error instanceof JavaException ? error : executionException(error);
    }
    return 0;
  }, (error, output) => {
    output.printError(`Error occurred: ${exceptionMessage(error)}`);
    const isTerse = thrown(error).className.endsWith(".TerseException");
    if (!isTerse) output.printError(`${stackText(error)}\n`);
    return 1;
  });
}
