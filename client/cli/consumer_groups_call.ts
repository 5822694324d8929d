/**
 * A call of `seglog consumer-groups`: what options go together.
 *
 * @module
 */

import { CONSUMER_GROUPS_OPTIONS } from "./consumer_groups_options.ts";
import { ToolOptions } from "./tool_options.ts";

const ACTIONS: readonly string[] = [
  ...["list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"],
];

/** The ways to say where offsets go. */
export const RESET_SCENARIOS: readonly string[] = [
  ...["to-offset", "shift-by", "to-datetime", "by-duration"],
  ...["to-earliest", "to-latest", "to-current", "from-file"],
];

const WARNING =
  "WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require " +
  "either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting " +
  "this command and want to keep the current default behavior without prompting.";

function checkGroups(options: ToolOptions, action: string): void {
  if (options.has("group") || options.has("all-groups")) return;
  throw options.fail(`Option [${action}] takes one of these options: [group], [all-groups]`);
}

function checkDescribe(options: ToolOptions): void {
  checkGroups(options, "describe");
  const views = ["members", "offsets", "state"];
  if (views.filter((view) => options.has(view)).length > 1) {
    throw options.fail(
      `Option [describe] takes at most one of these options: ${
        views.map((view) => `[${view}]`).join(", ")
      }`,
    );
  }
  if (options.has("state") && options.value("state") !== undefined) {
    throw options.fail("Option [describe] does not take a value for [state]");
  }
}

function checkReset(options: ToolOptions, warn: (line: string) => void): void {
  const [dryRun, execute] = [options.has("dry-run"), options.has("execute")];
  if (dryRun && execute) {
    throw options.fail("Option [reset-offsets] only accepts one of [execute] and [dry-run]");
  }
  if (!dryRun && !execute) warn(WARNING);
  checkGroups(options, "reset-offsets");
  for (const name of RESET_SCENARIOS) {
    options.refuse(name, RESET_SCENARIOS.filter((other) => other !== name));
  }
}

/**
 * Parses a command line.
 *
 * @param warn takes a line for standard error
 * @throws {ToolExit} for help, and for what does not go together
 */
export function consumerGroupsCall(
  args: readonly string[],
  warn: (line: string) => void,
): ToolOptions {
  const options = new ToolOptions(args, CONSUMER_GROUPS_OPTIONS);
  options.answerHelp(
    "This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset " +
      "consumer group offsets.",
  );
  if (!options.has("validate-regex")) options.require("bootstrap-server");
  if (options.has("describe")) checkDescribe(options);
  if (options.has("delete")) {
    checkGroups(options, "delete");
    if (options.has("topic")) {
      throw options.fail(
        "The consumer does not support topic-specific offset deletion from a consumer group.",
      );
    }
  }
  if (options.has("delete-offsets") && !(options.has("group") && options.has("topic"))) {
    throw options.fail("Option [delete-offsets] takes the following options: [group], [topic]");
  }
  if (options.has("reset-offsets")) checkReset(options, warn);
  options.refuse("group", ["all-groups", "list"]);
  options.refuse("topic", ["list", "describe"]);
  options.refuse("json", ["export", "validate-regex"]);
  if (ACTIONS.filter((action) => options.has(action)).length !== 1) {
    const names = ACTIONS.map((action) => `--${action}`).join(", ");
    throw options.fail(`Command must include exactly one action: ${names}`);
  }
  return options;
}
