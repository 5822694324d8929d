/**
 * The options of `seglog console-producer`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { checkBootstrapServer, type ClientConfigs, commandConfigs } from "./command_config.ts";
import { exceptionMessage } from "./java_exception.ts";
import { keyValueConfigs } from "./key_value_configs.ts";
import { ToolOptions } from "./tool_options.ts";

/** The reader that Kafka has. */
export const LINE_MESSAGE_READER = "org.apache.kafka.tools.LineMessageReader";

const READER_PROPERTIES = `A mechanism to pass user-defined properties in the form key=value to ` +
  `the message reader. This allows custom configuration for a user-defined message reader.
Default properties include:
 parse.key=false
 parse.headers=false
 ignore.error=false
 key.separator=\\t
 headers.delimiter=\\t
 headers.separator=,
 headers.key.separator=:
 null.marker=   When set, any fields (key, value and headers) equal to this will be replaced by null
Default parsing pattern when:
 parse.headers=true and parse.key=true:
  "h1:v1,h2:v2...\\tkey\\tvalue"
 parse.key=true:
  "key\\tvalue"
 parse.headers=true:
  "h1:v1,h2:v2...\\tvalue"`;

const BATCH_SIZE = "When records are received which are smaller than this size the producer " +
  "will attempt to optimistically group them together until this size is reached. " +
  "This is the option to control batch.size in producer configs.";

/** The options beside those that all tools have. */
export const CONSOLE_PRODUCER_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "topic",
    description: "REQUIRED: The topic name to produce messages to.",
    argument: "required",
    describedAs: "topic",
  },
  {
    name: "bootstrap-server",
    description: "REQUIRED: The server(s) to connect to. The broker list string in the form " +
      "HOST1:PORT1,HOST2:PORT2.",
    argument: "required",
    describedAs: "server to connect to",
  },
  {
    name: "sync",
    description: "If set message send requests to the brokers are synchronously, one at a time " +
      "as they arrive.",
  },
  {
    name: "compression-codec",
    description: "The compression codec: either 'none', 'gzip', 'snappy', 'lz4', or 'zstd'." +
      "If specified without value, then it defaults to 'gzip'",
    argument: "optional",
    describedAs: "compression-codec",
  },
  {
    name: "batch-size",
    description: `The buffer size in bytes allocated for a partition. ${BATCH_SIZE} ` +
      "Please note that this option will be replaced if max-partition-memory-bytes is also set.",
    argument: "required",
    type: "Integer",
    describedAs: "size",
    defaultsTo: "16384",
  },
  {
    name: "message-send-max-retries",
    description:
      "Brokers can fail receiving the message for multiple reasons, and being unavailable " +
      "transiently is just one of them. This property specifies the number of retries before " +
      "the producer give up and drop this message. This is the option to control `retries` in " +
      "producer configs.",
    argument: "required",
    type: "Integer",
    defaultsTo: "3",
  },
  {
    name: "retry-backoff-ms",
    description: "Before each retry, the producer refreshes the metadata of relevant topics. " +
      "Since leader election takes a bit of time, this property specifies the amount of time " +
      "that the producer waits before refreshing the metadata. This is the option to control " +
      "`retry.backoff.ms` in producer configs.",
    argument: "required",
    type: "Long",
    defaultsTo: "100",
  },
  {
    name: "timeout",
    description: "If set and the producer is running in asynchronous mode, this gives the " +
      "maximum amount of time a message will queue awaiting sufficient batch size. The value is " +
      "given in ms. This is the option to control `linger.ms` in producer configs.",
    argument: "required",
    type: "Long",
    describedAs: "timeout_ms",
    defaultsTo: "1000",
  },
  {
    name: "request-required-acks",
    description: "The required `acks` of the producer requests",
    argument: "required",
    describedAs: "request required acks",
    defaultsTo: "-1",
  },
  {
    name: "request-timeout-ms",
    description:
      "The ack timeout of the producer requests. Value must be non-negative and non-zero.",
    argument: "required",
    type: "Integer",
    describedAs: "request timeout ms",
    defaultsTo: "1500",
  },
  {
    name: "metadata-expiry-ms",
    description: "The period of time in milliseconds after which we force a refresh of metadata " +
      "even if we haven't seen any leadership changes. This is the option to control " +
      "`metadata.max.age.ms` in producer configs.",
    argument: "required",
    type: "Long",
    describedAs: "metadata expiration interval",
    defaultsTo: "300000",
  },
  {
    name: "max-block-ms",
    description: "The max time that the producer will block for during a send request.",
    argument: "required",
    type: "Long",
    describedAs: "max block on send",
    defaultsTo: "60000",
  },
  {
    name: "max-memory-bytes",
    description: "The total memory used by the producer to buffer records waiting to be sent to " +
      "the server. This is the option to control `buffer.memory` in producer configs.",
    argument: "required",
    type: "Long",
    describedAs: "total memory in bytes",
    defaultsTo: "33554432",
  },
  {
    name: "max-partition-memory-bytes",
    description: `(Deprecated) The buffer size in bytes allocated for a partition. ${BATCH_SIZE} ` +
      "This option will be removed in Apache Kafka 5.0. Use --batch-size instead.",
    argument: "required",
    type: "Integer",
    describedAs: "memory in bytes per partition",
    defaultsTo: "16384",
  },
  {
    name: "line-reader",
    description: "The class name of the class to use for reading lines from standard in. By " +
      "default each line is read as a separate message.",
    argument: "required",
    describedAs: "reader_class",
    defaultsTo: LINE_MESSAGE_READER,
  },
  {
    name: "socket-buffer-size",
    description: "The size of the tcp RECV size. This is the option to control " +
      "`send.buffer.bytes` in producer configs.",
    argument: "required",
    type: "Integer",
    describedAs: "size",
    defaultsTo: "102400",
  },
  {
    name: "property",
    description: `(DEPRECATED) ${READER_PROPERTIES}\n This option will be removed in a future ` +
      "version. Use --reader-property instead.",
    argument: "required",
    describedAs: "prop",
  },
  {
    name: "reader-property",
    description: READER_PROPERTIES,
    argument: "required",
    describedAs: "prop",
  },
  {
    name: "reader-config",
    description: "Config properties file for the message reader. Note that [reader-property] " +
      "takes precedence over this config.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "producer-property",
    description: "(DEPRECATED) Producer config properties in the form key=value. This option " +
      "will be removed in a future version. Use --command-property instead.",
    argument: "required",
    describedAs: "producer_prop",
  },
  {
    name: "command-property",
    description: "Producer config properties in the form key=value.",
    argument: "required",
    describedAs: "producer_prop",
  },
  {
    name: "producer.config",
    description: "(DEPRECATED) Producer config properties file. Note that [command-property] " +
      "takes precedence over this config. This option will be removed in a future version. Use " +
      "--command-config instead.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "command-config",
    description: "Producer config properties file. Note that [command-property] takes precedence " +
      "over this config.",
    argument: "required",
    describedAs: "config file",
  },
];

/** Options that have a newer name. */
const RENAMED: readonly (readonly [name: string, old: string])[] = [
  ["command-config", "producer.config"],
  ["command-property", "producer-property"],
  ["reader-property", "property"],
];

/** Which option of two that mean the same was given. */
function given(options: ToolOptions, name: string, old: string): string {
  return options.has(old) ? old : name;
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what does not go together
 */
export function consoleProducerOptions(
  args: readonly string[],
  output: LineOutput,
): ToolOptions {
  const options = ToolOptions.orUsage(args, CONSOLE_PRODUCER_OPTIONS);
  options.answerHelp("This tool helps to read data from standard input and publish it to Kafka.");
  options.require("topic");
  for (const [name, old] of RENAMED) {
    if (options.has(name) && options.has(old)) {
      throw options.fail(`Options --${name} and --${old} cannot be specified together.`);
    }
  }
  const warn = (old: string, when: string, instead: string) => {
    if (!options.has(old)) return;
    const text = `is deprecated and will be removed in ${when}. Use --${instead} instead.`;
    output.print(`Warning: --${old} ${text}`);
  };
  warn("producer-property", "a future version", "command-property");
  warn("producer.config", "a future version", "command-config");
  warn("property", "a future version", "reader-property");
  warn("max-partition-memory-bytes", "Apache Kafka 5.0", "batch-size");
  const servers = options.value("bootstrap-server") ?? "";
  try {
    checkBootstrapServer(servers);
  } catch (error) {
    throw options.fail(exceptionMessage(error));
  }
  return options;
}

/**
 * The properties of the reader.
 *
 * @throws {JavaException} for a file that is not there
 */
export function readerProperties(
  options: ToolOptions,
  io: ClientToolIo,
): ClientConfigs & { readonly topic: string } {
  const properties = options.values(given(options, "reader-property", "property"));
  return {
    ...commandConfigs(io, options.value("reader-config")),
    topic: options.value("topic")!,
    ...keyValueConfigs(properties),
  };
}

/** Configs that an option sets, unless a property has set it and the option is not there. */
const MERGED: readonly (readonly [config: string, option: string])[] = [
  ["linger.ms", "timeout"],
  ["acks", "request-required-acks"],
  ["request.timeout.ms", "request-timeout-ms"],
  ["retries", "message-send-max-retries"],
  ["retry.backoff.ms", "retry-backoff-ms"],
  ["buffer.memory", "max-memory-bytes"],
  ["batch.size", "batch-size"],
  ["batch.size", "max-partition-memory-bytes"],
  ["metadata.max.age.ms", "metadata-expiry-ms"],
  ["max.block.ms", "max-block-ms"],
];

/**
 * The configs of the producer.
 *
 * @throws {JavaException} for a file that is not there
 * @throws {UncaughtFailure} for what is no number
 */
export function consoleProducerConfigs(options: ToolOptions, io: ClientToolIo): ClientConfigs {
  const properties = options.values(given(options, "command-property", "producer-property"));
  const serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
  const configs: ClientConfigs = {
    "client.id": "console-producer",
    ...commandConfigs(io, options.value(given(options, "command-config", "producer.config"))),
    ...keyValueConfigs(properties),
    "bootstrap.servers": options.value("bootstrap-server")!,
    "compression.type": codec(options),
    "key.serializer": serializer,
    "value.serializer": serializer,
  };
  for (const [config, option] of MERGED) {
    if (options.has(option) || configs[config] === undefined) {
      configs[config] = numberOrText(options, option);
    }
  }
  // The runtime sizes its sockets, which nobody needs to be warned of who has not asked for a size.
  const size = "socket-buffer-size";
  if (options.has(size)) configs["send.buffer.bytes"] = numberOrText(options, size);
  return configs;
}

/** Given without a value, it is gzip. */
function codec(options: ToolOptions): string {
  if (!options.has("compression-codec")) return "none";
  return options.value("compression-codec") || "gzip";
}

function numberOrText(options: ToolOptions, name: string): string {
  switch (CONSOLE_PRODUCER_OPTIONS.find((option) => option.name === name)!.type) {
    case "Integer":
      return String(options.integer(name));
    case "Long":
      return String(options.long(name));
  }
  return options.value(name)!;
}
