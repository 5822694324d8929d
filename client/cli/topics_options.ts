/**
 * The options of `seglog topics`, and what goes together.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { topicConfigNames } from "./configs_options.ts";
import { illegalArgument } from "./java_exception.ts";
import { JSON_OPTION, ToolOptions } from "./tool_options.ts";

const CONFIGS_TOOL = " (To alter topic configurations, the kafka-configs tool can be used.)";

const CONFIG_NAMES = topicConfigNames().map((name) => `\t${name}`).join("\n");

/** The options beside those that all tools have. */
export const TOPICS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "REQUIRED: The Kafka server to connect to.",
    argument: "required",
    describedAs: "server to connect to",
  },
  {
    name: "command-config",
    description: "Property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "command config property file",
  },
  { name: "list", description: "List all available topics." },
  { name: "create", description: "Create a new topic." },
  { name: "delete", description: "Delete a topic." },
  {
    name: "alter",
    description: `Alter the number of partitions and replica assignment.${CONFIGS_TOOL}`,
  },
  { name: "describe", description: "List details for the given topics." },
  {
    name: "topic",
    description:
      "The topic to create, alter, describe or delete. It also accepts a regular expression, except for --create " +
      "option.",
    argument: "required",
    describedAs: "topic",
  },
  {
    name: "topic-id",
    description: "The topic-id to describe.",
    argument: "required",
    describedAs: "topic-id",
  },
  {
    name: "config",
    description: "A topic configuration override for the topic being created. The following is a " +
      `list of valid configurations: \n${CONFIG_NAMES}\nSee the Kafka documentation for full details on the topic ` +
      `configs. It is supported only in combination with --create.${CONFIGS_TOOL}`,
    argument: "required",
    describedAs: "name=value",
  },
  {
    name: "delete-config",
    description: "This option is no longer supported and has been deprecated since 4.0",
    argument: "required",
    describedAs: "name",
  },
  {
    name: "partitions",
    description: "The number of partitions for the topic being created or altered. If not " +
      "supplied with --create, the topic uses the cluster default. (WARNING: If partitions are increased for a topic " +
      "that has a key, the partition logic or ordering of the messages will be affected).",
    argument: "required",
    type: "Integer",
    describedAs: "# of partitions",
  },
  {
    name: "replication-factor",
    description: "The replication factor for each partition in the topic being created. If not " +
      "supplied, the topic uses the cluster default.",
    argument: "required",
    type: "Integer",
    describedAs: "replication factor",
  },
  {
    name: "replica-assignment",
    description:
      "A list of manual partition-to-broker assignments for the topic being created or altered.",
    argument: "required",
    describedAs: "broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , " +
      "broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...",
  },
  {
    name: "under-replicated-partitions",
    description: "If set when describing topics, only show under-replicated partitions.",
  },
  {
    name: "unavailable-partitions",
    description:
      "If set when describing topics, only show partitions whose leader is not available.",
  },
  {
    name: "under-min-isr-partitions",
    description: "If set when describing topics, only show partitions whose isr count is less " +
      "than the configured minimum.",
  },
  {
    name: "at-min-isr-partitions",
    description: "If set when describing topics, only show partitions whose isr count is equal " +
      "to the configured minimum.",
  },
  {
    name: "topics-with-overrides",
    description: "If set when describing topics, only show topics that have overridden configs.",
  },
  {
    name: "if-exists",
    description: "If set when altering or deleting or describing topics, the action will only " +
      "execute if the topic exists.",
  },
  {
    name: "if-not-exists",
    description: "If set when creating topics, the create request will not fail if the topic " +
      "already exists, but the request will still be sent.",
  },
  {
    name: "exclude-internal",
    description: "Exclude internal topics when listing or describing topics. By default, the " +
      "internal topics are included.",
  },
  {
    name: "partition-size-limit-per-response",
    description:
      "The maximum partition size to be included in one DescribeTopicPartitions response.",
    argument: "required",
    type: "Integer",
    describedAs: "maximum number of partitions per response",
  },
  JSON_OPTION,
];

const ACTIONS: readonly string[] = ["list", "describe", "create", "alter", "delete"];

/** The options that make `--describe` show some partitions only. */
export const REPORT_OPTIONS: readonly string[] = [
  "under-replicated-partitions",
  "under-min-isr-partitions",
  "at-min-isr-partitions",
  "unavailable-partitions",
];

function actionsBut(...names: readonly string[]): string[] {
  return ACTIONS.filter((action) => !names.includes(action));
}

/** Options that make sense with these actions only. */
const ONLY_WITH: Readonly<Record<string, readonly string[]>> = {
  "config": ["alter", "create"],
  "partitions": ["alter", "create"],
  "replication-factor": ["create"],
  "replica-assignment": ["alter", "create"],
};

/**
 * Parses a command line.
 *
 * @param warn takes a line about what is not supported any more, for standard error
 * @param tell takes a line for standard output
 * @throws {ToolExit} for help, and for what does not go together
 */
export function topicsOptions(
  args: readonly string[],
  warn: (line: string) => void,
  tell: (line: string) => void,
): ToolOptions {
  const options = new ToolOptions(args, TOPICS_OPTIONS);
  if (args.length === 0) throw options.fail("Create, delete, describe, or change a topic.");
  options.answerHelp("This tool helps to create, delete, describe, or change a topic.");
  if (ACTIONS.filter((action) => options.has(action)).length !== 1) {
    throw options.fail(
      "Command must include exactly one action: --list, --describe, --create, --alter or --delete",
    );
  }
  if (options.has("delete-config")) {
    warn(
      "delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed " +
        "in future releases.",
    );
  }
  checkRequired(options, tell);
  checkCombinations(options);
  options.refuse("json", actionsBut("list", "describe"));
  return options;
}

function checkRequired(options: ToolOptions, tell: (line: string) => void): void {
  if (!options.has("bootstrap-server")) {
    throw illegalArgument("--bootstrap-server must be specified");
  }
  if (options.has("describe") && options.has("if-exists")) {
    const [byName, byId] = [options.has("topic"), options.has("topic-id")];
    if (!byName && !byId) {
      throw options.fail("--topic or --topic-id is required to describe a topic");
    }
    if (byName && byId) {
      tell(
        "Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID",
      );
    }
  }
  if (!options.has("list") && !options.has("describe")) options.require("topic");
  if (!options.has("alter")) return;
  if (options.has("config")) {
    throw options.fail(
      'Option combination "[[bootstrap-server], [config]]" can\'t be used with option "[alter]"' +
        CONFIGS_TOOL,
    );
  }
  options.require("partitions");
}

function checkCombinations(options: ToolOptions): void {
  for (const [name, actions] of Object.entries(ONLY_WITH)) {
    options.refuse(name, actionsBut(...actions));
  }
  if (options.has("create")) {
    options.refuse("replica-assignment", ["partitions", "replication-factor"]);
  }
  for (const report of REPORT_OPTIONS) {
    options.refuse(report, [...actionsBut("describe"), "topics-with-overrides"]);
  }
  options.refuse("topics-with-overrides", [...actionsBut("describe"), ...REPORT_OPTIONS]);
  options.refuse("if-exists", actionsBut("alter", "delete", "describe"));
  options.refuse("if-not-exists", actionsBut("create"));
  options.refuse("exclude-internal", actionsBut("list", "describe"));
}
