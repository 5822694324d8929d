/**
 * The options of `seglog console-consumer`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { hashCode, hashOrder } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { type ClientToolIo, ToolExit } from "./client_tool.ts";
import { type ClientConfigs, commandConfigs } from "./command_config.ts";
import { exceptionMessage, stackText } from "./java_exception.ts";
import { keyValueConfigs } from "./key_value_configs.ts";
import { logLine } from "./log_line.ts";
import { DEFAULT_FORMATTER, type MessageFormatter, messageFormatter } from "./message_formatter.ts";
import { ToolOptions } from "./tool_options.ts";

const FORMATTER_PROPERTIES =
  `The properties to initialize the message formatter. Default properties include: 
 print.timestamp=true|false
 print.key=true|false
 print.offset=true|false
 print.epoch=true|false
 print.partition=true|false
 print.headers=true|false
 print.value=true|false
 key.separator=<key.separator>
 line.separator=<line.separator>
 headers.separator=<headers.separator>
 null.literal=<null.literal>
 key.deserializer=<key.deserializer>
 value.deserializer=<value.deserializer>
 header.deserializer=<header.deserializer>

Users can also pass in customized properties for their formatter; more specifically, users can ` +
  "pass in properties keyed with 'key.deserializer.', 'value.deserializer.' and " +
  "'headers.deserializer.' prefixes to configure their deserializers.";

/** The options beside those that all tools have. */
export const CONSOLE_CONSUMER_OPTIONS: readonly OptionDefinition[] = [
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
    name: "partition",
    description: "The partition to consume from. Consumption starts from the end of the " +
      "partition unless '--offset' is specified.",
    argument: "required",
    type: "Integer",
    describedAs: "partition",
  },
  {
    name: "offset",
    description: "The offset to consume from (a non-negative number), or 'earliest' which means " +
      "from beginning, or 'latest' which means from end",
    argument: "required",
    describedAs: "consume offset",
    defaultsTo: "latest",
  },
  {
    name: "consumer-property",
    description: "(DEPRECATED) Consumer config properties in the form key=value. This option " +
      "will be removed in a future version. Use --command-property instead.",
    argument: "required",
    describedAs: "consumer_prop",
  },
  {
    name: "command-property",
    description: "Consumer config properties in the form key=value.",
    argument: "required",
    describedAs: "consumer_prop",
  },
  {
    name: "consumer.config",
    description: "(DEPRECATED) Consumer config properties file. Note that [command-property] " +
      "takes precedence over this config. This option will be removed in a future version. Use " +
      "--command-config instead.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "command-config",
    description: "Consumer config properties file. Note that [command-property] takes precedence " +
      "over this config.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "formatter",
    description: "The name of a class to use for formatting kafka messages for display.",
    argument: "required",
    describedAs: "class",
    defaultsTo: DEFAULT_FORMATTER,
  },
  {
    name: "property",
    description: `(DEPRECATED) ${FORMATTER_PROPERTIES} \nThis option will be removed in a future ` +
      "version. Use --formatter-property instead.",
    argument: "required",
    describedAs: "prop",
  },
  {
    name: "formatter-property",
    description: FORMATTER_PROPERTIES,
    argument: "required",
    describedAs: "prop",
  },
  {
    name: "formatter-config",
    description: "Config properties file to initialize the message formatter. Note that " +
      "[formatter-property] takes precedence over this config.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "from-beginning",
    description: "If the consumer does not already have an established offset to consume from, " +
      "start with the earliest message present in the log rather than the latest message.",
  },
  {
    name: "max-messages",
    description: "The maximum number of messages to consume before exiting. If not set, " +
      "consumption is continual.",
    argument: "required",
    type: "Integer",
    describedAs: "num_messages",
  },
  {
    name: "timeout-ms",
    description: "If specified, exit if no message is available for consumption for the " +
      "specified interval.",
    argument: "required",
    type: "Long",
    describedAs: "timeout_ms",
  },
  {
    name: "skip-message-on-error",
    description: "If there is an error when processing a message, skip it instead of halt.",
  },
  {
    name: "bootstrap-server",
    description: "REQUIRED: The server(s) to connect to.",
    argument: "required",
    describedAs: "server to connect to",
  },
  {
    name: "key-deserializer",
    description: "The name of the class to use for deserializing keys.",
    argument: "required",
    describedAs: "deserializer for keys",
  },
  {
    name: "value-deserializer",
    description: "The name of the class to use for deserializing values.",
    argument: "required",
    describedAs: "deserializer for values",
  },
  {
    name: "enable-systest-events",
    description: "Log lifecycle events of the consumer in addition to logging consumed messages. " +
      "(This is specific for system tests.)",
  },
  {
    name: "isolation-level",
    description:
      "Set to read_committed in order to filter out transactional messages which are not " +
      "committed. Set to read_uncommitted to read all messages.",
    argument: "required",
    defaultsTo: "read_uncommitted",
  },
  {
    name: "group",
    description: "The consumer group id of the consumer.",
    argument: "required",
    describedAs: "consumer group id",
  },
];

/** What the tool is asked for. */
export interface ConsoleConsumerOptions {
  /** The options themselves. */
  readonly options: ToolOptions;
  /** The partition to read; `undefined` when the group decides. */
  readonly partition: number | undefined;
  /** Where to begin in it. */
  readonly offset: number | "earliest" | "latest";
  /** How long to wait for a record, ms. */
  readonly timeoutMs: number;
  /** Configs of the consumer. */
  readonly configs: ClientConfigs;
  /** Prints records. */
  readonly formatter: MessageFormatter;
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what does not go together
 * @throws {JavaException} for a file of configs that is not there
 * @throws {UncaughtFailure} for what is no number
 */
export function consoleConsumerOptions(
  args: readonly string[],
  io: ClientToolIo,
  output: LineOutput,
): ConsoleConsumerOptions {
  const options = ToolOptions.orUsage(args, CONSOLE_CONSUMER_OPTIONS);
  options.answerHelp(
    "This tool helps to read data from Kafka topics and outputs it to standard output.",
  );
  options.requireOneOf("topic", "include");
  const partition = options.integer("partition");
  checkPlace(options, partition !== undefined);
  options.require("bootstrap-server");
  refuseBoth(options, "consumer-property", "command-property");
  refuseBoth(options, "consumer.config", "command-config");
  const properties = renamed(options, "consumer-property", "command-property", output);
  const file = options.value(renamed(options, "consumer.config", "command-config", output));
  const given = {
    file: commandConfigs(io, file),
    properties: keyValueConfigs(options.values(properties)),
  };
  return {
    options,
    partition,
    configs: consumerConfigs(options, given, partition !== undefined, io),
    offset: offsetOf(options),
    timeoutMs: timeoutOf(options),
    formatter: formatterOf(options, io, output),
  };
}

function checkPlace(options: ToolOptions, hasPartition: boolean): void {
  if (!hasPartition) {
    if (!options.has("offset")) return;
    throw options.fail("The partition is required when offset is specified.");
  }
  if (!options.has("topic")) {
    throw options.fail("The topic is required when partition is specified.");
  }
  if (options.has("from-beginning") && options.has("offset")) {
    throw options.fail("Options from-beginning and offset cannot be specified together.");
  }
}

function refuseBoth(options: ToolOptions, old: string, name: string): void {
  if (!options.has(old) || !options.has(name)) return;
  throw options.fail(`Options --${old} and --${name} cannot be specified together.`);
}

/** Which option of two that mean the same was given; the old one with a warning. */
function renamed(options: ToolOptions, old: string, name: string, output: LineOutput): string {
  if (!options.has(old)) return name;
  output.print(
    `Option --${old} is deprecated and will be removed in a future version. Use --${name} instead.`,
  );
  return old;
}

interface GivenConfigs {
  readonly file: ClientConfigs;
  readonly properties: ClientConfigs;
}

/** The group; `undefined` for none. */
function groupOf(
  options: ToolOptions,
  { file, properties }: GivenConfigs,
  hasPartition: boolean,
): string | undefined {
  const places = [options.value("group"), file["group.id"], properties["group.id"]];
  const groups = new Set(places.filter((group) => group !== undefined));
  if (groups.size > 1) {
    const names = hashOrder(groups, hashCode).map((group) => `'${group}'`).join(", ");
    throw options.fail(
      "The group ids provided in different places (directly using '--group', via " +
        "'--consumer-property', or via '--consumer.config') do not match. Detected group ids: " +
        names,
    );
  }
  if (groups.size > 0 && hasPartition) {
    throw options.fail("Options group and partition cannot be specified together.");
  }
  return [...groups][0];
}

function consumerConfigs(
  options: ToolOptions,
  given: GivenConfigs,
  hasPartition: boolean,
  { env: { random } }: ClientToolIo,
): ClientConfigs {
  const group = groupOf(options, given, hasPartition);
  const configs: ClientConfigs = {
    "client.id": "console-consumer",
    ...given.file,
    ...given.properties,
    "bootstrap.servers": options.value("bootstrap-server")!,
  };
  configs["auto.offset.reset"] = resetOf(options, configs["auto.offset.reset"]);
  if (options.has("isolation-level") || configs["isolation.level"] === undefined) {
    configs["isolation.level"] = options.value("isolation-level")!;
  }
  configs["group.id"] = group ?? `console-consumer-${Math.floor(random.next() * 100_000)}`;
  // Nobody comes back to a group of that name.
  if (group === undefined) configs["enable.auto.commit"] ??= "false";
  const bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
  return { ...configs, "key.deserializer": bytes, "value.deserializer": bytes };
}

function resetOf(options: ToolOptions, reset: string | undefined): string {
  const fromBeginning = options.has("from-beginning");
  if (reset === undefined) return fromBeginning ? "earliest" : "latest";
  if (!fromBeginning || reset === "earliest") return reset;
  const stderr =
    `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', ` +
    "please remove one option";
  throw new ToolExit(1, { stderr });
}

function offsetOf(options: ToolOptions): ConsoleConsumerOptions["offset"] {
  if (!options.has("offset")) return options.has("from-beginning") ? "earliest" : "latest";
  const text = options.value("offset")!;
  const name = text.toLowerCase();
  if (name === "earliest" || name === "latest") return name;
  const offset = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (offset >= 0 && offset < 2 ** 63) return offset;
  throw options.fail(
    `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', or ` +
      "a non-negative long.",
  );
}

function timeoutOf(options: ToolOptions): number {
  const timeoutMs = options.long("timeout-ms") ?? -1;
  return timeoutMs < 0 ? Infinity : timeoutMs;
}

function formatterOf(
  options: ToolOptions,
  io: ClientToolIo,
  output: LineOutput,
): MessageFormatter {
  try {
    const className = options.value("formatter")!;
    // A class that is not there is told of before anything else.
    messageFormatter(className, {}, () => {});
    refuseBoth(options, "property", "formatter-property");
    const properties = renamed(options, "property", "formatter-property", output);
    const configs = commandConfigs(io, options.value("formatter-config"));
    for (const part of ["key", "value"]) {
      const deserializer = options.value(`${part}-deserializer`) ?? "";
      if (deserializer !== "") configs[`${part}.deserializer`] = deserializer;
    }
    Object.assign(configs, keyValueConfigs(options.values(properties)));
    return messageFormatter(className, configs, (text, logger, error) => {
      output.printError(
        `${logLine(io.env.clock, "ERROR", text, logger)}\n${stackText(error)}`,
      );
    });
  } catch (error) {
    if (error instanceof ToolExit) throw error;
    throw options.fail(exceptionMessage(error));
  }
}
