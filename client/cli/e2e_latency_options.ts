/**
 * The options of `seglog e2e-latency`, in the order of 4.2, and by position as before.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { terse } from "./java_exception.ts";
import { ToolOptions } from "./tool_options.ts";

/** An option that may go without its argument; it is 0 then. */
function size(name: string, describedAs: string, description: string): OptionDefinition {
  return { name, description, argument: "optional", type: "Integer", describedAs, defaultsTo: "0" };
}

/** The options beside those that all tools have. */
export const E2E_LATENCY_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "REQUIRED: The Kafka broker list string in the form HOST1:PORT1,HOST2:PORT2.",
    argument: "required",
    describedAs: "bootstrap-server",
  },
  {
    name: "topic",
    description: "REQUIRED: The topic to use for the test.",
    argument: "required",
    describedAs: "topic-name",
  },
  {
    name: "num-records",
    description: "REQUIRED: The number of messages to send.",
    argument: "required",
    type: "Integer",
    describedAs: "count",
  },
  {
    name: "producer-acks",
    description: "REQUIRED: Producer acknowledgements. Must be '1' or 'all'.",
    argument: "required",
    describedAs: "producer-acks",
  },
  {
    name: "record-size",
    description: "REQUIRED: The size of each message payload in bytes.",
    argument: "required",
    type: "Integer",
    describedAs: "bytes",
  },
  size(
    "record-key-size",
    "bytes",
    "Optional: The size of the message key in bytes. If not set, messages are sent without a key.",
  ),
  size(
    "record-header-key-size",
    "bytes",
    "Optional: The size of the message header key in bytes. Used together with record-header-size.",
  ),
  size(
    "record-header-size",
    "bytes",
    "Optional: The size of message header value in bytes. Use -1 for null header value.",
  ),
  size(
    "num-headers",
    "count",
    "Optional: The number of headers to include in each message.",
  ),
  {
    name: "command-config",
    description:
      "Optional: A property file for Kafka producer/consumer/admin client configuration.",
    argument: "optional",
    describedAs: "config-file",
  },
];

const REQUIRED = ["bootstrap-server", "topic", "num-records", "producer-acks", "record-size"];

/**
 * Turns arguments by position into options.
 *
 * @param tell takes a line for standard output
 * @throws {JavaException} `TerseException` when there are too few or too many
 */
function named(args: readonly string[], tell: (line: string) => void): readonly string[] {
  if (args.length === 0 || REQUIRED.some((name) => args.includes(`--${name}`))) return args;
  if (args.length !== 5 && args.length !== 6) {
    throw terse(
      `Invalid number of arguments. Expected 5 or 6 positional arguments, but got ${args.length}. ` +
        "Usage: bootstrap-server topic num-records producer-acks record-size [optional] command-config",
    );
  }
  tell(
    "WARNING: Positional argument usage is deprecated and will be removed in Apache Kafka 5.0. " +
      `Please use named arguments instead: --${[...REQUIRED, "command-config"].join(", --")}`,
  );
  const names = [...REQUIRED, "command-config"];
  return args.flatMap((value, i) => [`--${names[i]}`, value]);
}

/**
 * Parses a command line.
 *
 * @param tell takes a line for standard output
 * @throws {ToolExit} for help, and for what is wrong
 * @throws {JavaException} `TerseException` when there are too few or too many arguments
 */
export function e2eLatencyOptions(
  args: readonly string[],
  tell: (line: string) => void,
): ToolOptions {
  const options = ToolOptions.orUsage(named(args, tell), E2E_LATENCY_OPTIONS);
  options.answerHelp(
    "This tool measures end-to-end latency in Kafka by sending messages and timing their reception.",
  );
  options.require(...REQUIRED);
  if (!["1", "all"].includes(options.value("producer-acks")!)) {
    throw options.fail(
      "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
    );
  }
  const check = (name: string, least: number, what: string) => {
    if (options.integer(name)! >= least) return;
    throw options.fail(`Value for --${name} must be a ${what}.`);
  };
  check("num-records", 1, "positive integer");
  check("record-size", 0, "non-negative integer");
  check("record-key-size", 0, "non-negative integer");
  check("record-header-key-size", 0, "non-negative integer");
  check("record-header-size", -1, "non-negative integer or -1 for null header value");
  check("num-headers", 0, "non-negative integer");
  return options;
}
