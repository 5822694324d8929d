/**
 * The options of `seglog broker-api-versions`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const BROKER_API_VERSIONS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "command-config",
    description: "A property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "command config property file",
  },
  {
    name: "bootstrap-server",
    description: "REQUIRED: The server to connect to.",
    argument: "required",
    describedAs: "server(s) to use for bootstrapping",
  },
  JSON_OPTION,
];
