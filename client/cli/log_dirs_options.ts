/**
 * The options of `seglog log-dirs`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const LOG_DIRS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "REQUIRED: the server(s) to use for bootstrapping",
    argument: "required",
    describedAs: "The server(s) to use for bootstrapping",
  },
  {
    name: "command-config",
    description: "Property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "Admin client property file",
  },
  {
    name: "describe",
    description: "Describe the specified log directories on the specified brokers.",
  },
  {
    name: "topic-list",
    description:
      'The list of topics to be queried in the form "topic1,topic2,topic3". All topics ' +
      "will be queried if no topic list is specified",
    argument: "required",
    describedAs: "Topic list",
    defaultsTo: "",
  },
  {
    name: "broker-list",
    description: 'The list of brokers to be queried in the form "0,1,2". All brokers in the ' +
      "cluster will be queried if no broker list is specified",
    argument: "required",
    describedAs: "Broker list",
    defaultsTo: "",
  },
  { ...JSON_OPTION, description: "Print the JSON alone." },
];
