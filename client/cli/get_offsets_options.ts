/**
 * The options of `seglog get-offsets`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const GET_OFFSETS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "REQUIRED. The server(s) to connect to in the form HOST1:PORT1,HOST2:PORT2.",
    argument: "required",
    describedAs: "HOST1:PORT1,...,HOST3:PORT3",
  },
  {
    name: "topic-partitions",
    description: "Comma separated list of topic-partition patterns to get the offsets for, with " +
      "the format of '([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?'. The first group is an optional " +
      "regex for the topic name, if omitted, it matches any topic name. The section " +
      "after ':' describes a 'partition' pattern, which can be: a number, a range in " +
      "the format of 'NUMBER-NUMBER' (lower inclusive, upper exclusive), an inclusive " +
      "lower bound in the format of 'NUMBER-', an exclusive upper bound in the format " +
      "of '-NUMBER' or may be omitted to accept all partitions.",
    argument: "required",
    describedAs: "topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3",
  },
  {
    name: "topic",
    description: "The topic to get the offsets for. It also accepts a regular expression. If not " +
      "present, all authorized topics are queried. Cannot be used if --topic-partitions " +
      "is present.",
    argument: "required",
    describedAs: "topic",
  },
  {
    name: "partitions",
    description: "Comma separated list of partition ids to get the offsets for. If not present, " +
      "all partitions of the authorized topics are queried. Cannot be used if " +
      "--topic-partitions is present.",
    argument: "required",
    describedAs: "partition ids",
  },
  {
    name: "time",
    description: "timestamp of the offsets before that. [Note: No offset is returned, if the " +
      "timestamp greater than recently committed record timestamp is given.]",
    argument: "required",
    describedAs: "<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or " +
      "earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload",
    defaultsTo: "latest",
  },
  {
    name: "command-config",
    description: "Property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "exclude-internal-topics",
    description:
      "By default, internal topics are included. If specified, internal topics are excluded.",
  },
  JSON_OPTION,
];
