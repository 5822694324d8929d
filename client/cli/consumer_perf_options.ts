/**
 * The options of `seglog consumer-perf-test`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import type { Random } from "../../storage/env.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { type ClientConfigs, readToolProperties } from "./command_config.ts";
import { keyValueConfigs } from "./key_value_configs.ts";
import { ToolOptions } from "./tool_options.ts";

/**
 * The options beside those that all tools have.
 *
 * @param group the group of consumers for those who name none
 */
export function consumerPerfDefinitions(group: string): readonly OptionDefinition[] {
  return [
    {
      name: "bootstrap-server",
      description: "REQUIRED: The server(s) to connect to.",
      argument: "required",
      describedAs: "server to connect to",
    },
    {
      name: "topic",
      description: "The topic to consume from.",
      argument: "required",
      describedAs: "topic",
    },
    {
      name: "include",
      description: "Regular expression specifying list of topics to include for consumption.",
      argument: "required",
      describedAs: "Java regex (String)",
    },
    {
      name: "group",
      description: "The group id to consume on.",
      argument: "required",
      describedAs: "gid",
      defaultsTo: group,
    },
    {
      name: "fetch-size",
      description: "The maximum amount of data to fetch from a single partition per request.",
      argument: "required",
      type: "Integer",
      describedAs: "size",
      defaultsTo: "1048576",
    },
    {
      name: "command-property",
      description:
        "Kafka consumer related configuration properties like client.id. These configs take " +
        "precedence over those passed via --command-config or --consumer.config.",
      argument: "required",
      describedAs: "prop1=val1",
    },
    {
      name: "from-latest",
      description:
        "If the consumer does not already have an established offset to consume from, start " +
        "with the latest record present in the log rather than the earliest record.",
    },
    {
      name: "socket-buffer-size",
      description: "The size of the tcp RECV size.",
      argument: "required",
      type: "Integer",
      describedAs: "size",
      defaultsTo: "2097152",
    },
    {
      name: "consumer.config",
      description:
        "(DEPRECATED) Consumer config properties file. This option will be removed in a future " +
        "version. Use --command-config instead.",
      argument: "required",
      describedAs: "config file",
    },
    {
      name: "command-config",
      description: "Config properties file.",
      argument: "required",
      describedAs: "config file",
    },
    { name: "print-metrics", description: "Print out the metrics." },
    {
      name: "show-detailed-stats",
      description: "If set, stats are reported for each reporting interval as configured by " +
        "reporting-interval.",
    },
    {
      name: "timeout",
      description: "The maximum allowed time in milliseconds between returned records.",
      argument: "optional",
      type: "Long",
      describedAs: "milliseconds",
      defaultsTo: "10000",
    },
    {
      name: "messages",
      description:
        "(DEPRECATED) The number of records to consume. This option will be removed in " +
        "a future version. Use --num-records instead.",
      argument: "required",
      type: "Long",
      describedAs: "count",
    },
    {
      name: "num-records",
      description: "REQUIRED: The number of records to consume.",
      argument: "required",
      type: "Long",
      describedAs: "count",
    },
    {
      name: "reporting-interval",
      description: "Interval in milliseconds at which to print progress info.",
      argument: "required",
      type: "Long",
      describedAs: "interval_ms",
      defaultsTo: "5000",
    },
    {
      name: "date-format",
      description: "The date format to use for formatting the time field. See " +
        "java.text.SimpleDateFormat for options.",
      argument: "required",
      describedAs: "date format",
      defaultsTo: "yyyy-MM-dd HH:mm:ss:SSS",
    },
    { name: "hide-header", description: "If set, skips printing the header for the stats." },
  ];
}

/**
 * Parses a command line.
 *
 * @param tell takes a line for standard output
 * @throws {ToolExit} for help, and for what does not go together
 */
export function consumerPerfOptions(
  args: readonly string[],
  random: Random,
  tell: (line: string) => void,
): ToolOptions {
  const group = `perf-consumer-${Math.floor(random.next() * 100_000)}`;
  const options = ToolOptions.orUsage(args, consumerPerfDefinitions(group));
  options.answerHelp("This tool is used to verify the consumer performance.");
  options.require("bootstrap-server");
  options.requireOneOf("topic", "include");
  options.requireOneOf("messages", "num-records");
  options.refuse("consumer.config", ["command-config"]);
  if (options.has("messages")) {
    tell("Warning: --messages is deprecated. Use --num-records instead.");
  }
  if (options.has("consumer.config")) {
    tell("Warning: --consumer.config is deprecated. Use --command-config instead.");
  }
  return options;
}

/**
 * The configs of the consumer.
 *
 * @throws {JavaException} for a file that is not there
 */
export function consumerPerfConfigs(options: ToolOptions, io: ClientToolIo): ClientConfigs {
  const file = options.value(options.has("consumer.config") ? "consumer.config" : "command-config");
  // The runtime sizes its sockets, which nobody needs to be warned of who has not asked for a size.
  const socketBufferSize = String(options.integer("socket-buffer-size"));
  const deserializer = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
  return {
    "client.id": "perf-consumer-client",
    ...(file === undefined ? {} : Object.fromEntries(readToolProperties(io, file))),
    ...keyValueConfigs(options.values("command-property")),
    "bootstrap.servers": options.value("bootstrap-server")!,
    "group.id": options.value("group")!,
    ...(options.has("socket-buffer-size") ? { "receive.buffer.bytes": socketBufferSize } : {}),
    "max.partition.fetch.bytes": String(options.integer("fetch-size")),
    "auto.offset.reset": options.has("from-latest") ? "latest" : "earliest",
    "key.deserializer": deserializer,
    "value.deserializer": deserializer,
    "check.crcs": "false",
  };
}
