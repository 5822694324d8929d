/**
 * The options of `seglog delete-records`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const DELETE_RECORDS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "REQUIRED: The server to connect to.",
    argument: "required",
    describedAs: "server(s) to use for bootstrapping",
  },
  {
    name: "offset-json-file",
    description: "REQUIRED: The JSON file with offset per partition. The format to use " +
      'is:\n{"partitions":\n  [{"topic": "foo", "partition": 1, "offset": 1}],\n ' +
      '"version":1\n}',
    argument: "required",
    describedAs: "Offset json file path",
  },
  {
    name: "command-config",
    description: "A property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "command config property file path",
  },
  JSON_OPTION,
];
