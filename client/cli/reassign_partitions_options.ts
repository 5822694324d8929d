/**
 * The options of `seglog reassign-partitions`, and which of them go together.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION, type ToolOptions } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const REASSIGN_PARTITIONS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "verify",
    description:
      "Verify if the reassignment completed as specified by the --reassignment-json-file option. " +
      "If there is a throttle engaged for the replicas specified, and the rebalance has completed, the throttle will be removed",
  },
  {
    name: "generate",
    description:
      "Generate a candidate partition reassignment configuration. Note that this only generates a candidate " +
      "assignment, it does not execute it.",
  },
  {
    name: "execute",
    description: "Kick off the reassignment as specified by the --reassignment-json-file option.",
  },
  { name: "cancel", description: "Cancel an active reassignment." },
  { name: "list", description: "List all active partition reassignments." },
  {
    name: "bootstrap-server",
    description: "the server(s) to use for bootstrapping.",
    argument: "optional",
    describedAs: "Server(s) to use for bootstrapping",
  },
  {
    name: "command-config",
    description: "Property file containing configs to be passed to Admin Client.",
    argument: "required",
    describedAs: "Admin client property file",
  },
  {
    name: "reassignment-json-file",
    description:
      "The JSON file with the partition reassignment configurationThe format to use is - \n" +
      '{"partitions":\n\t[{"topic": "foo",\n\t  "partition": 1,\n\t  "replicas": [1,2,3],\n\t  ' +
      '"log_dirs": ["dir1","dir2","dir3"] }],\n"version":1\n}\n' +
      'Note that "log_dirs" is optional. When it is specified, its length must equal the length of the replicas list. ' +
      'The value in this list can be either "any" or the absolution path of the log directory on the broker. If absolute ' +
      "log directory path is specified, the replica will be moved to the specified log directory on the broker.",
    argument: "required",
    describedAs: "manual assignment json file path",
  },
  {
    name: "topics-to-move-json-file",
    description:
      "Generate a reassignment configuration to move the partitions of the specified topics to the list of " +
      'brokers specified by the --broker-list option. The format to use is - \n{"topics":\n\t[{"topic": "foo"},' +
      '{"topic": "foo1"}],\n"version":1\n}',
    argument: "required",
    describedAs: "topics to reassign json file path",
  },
  {
    name: "broker-list",
    description:
      'The list of brokers to which the partitions need to be reassigned in the form "0,1,2". This is ' +
      "required if --topics-to-move-json-file is used to generate reassignment configuration",
    argument: "required",
    describedAs: "brokerlist",
  },
  {
    name: "bootstrap-controller",
    description:
      "The controller to use for reassignment. By default, the tool will get the quorum controller. This " +
      "option supports the actions --cancel and --list.",
    argument: "optional",
    describedAs: "bootstrap controller to connect to",
  },
  { name: "disable-rack-aware", description: "Disable rack aware replica assignment" },
  {
    name: "throttle",
    description:
      "The movement of partitions between brokers will be throttled to this value (bytes/sec). This option " +
      "can be included with --execute when a reassignment is started, and it can be altered by resubmitting the current " +
      "reassignment along with the --additional flag. The throttle rate should be at least 1 KB/s.",
    argument: "required",
    type: "Long",
    describedAs: "throttle",
    defaultsTo: "-1",
  },
  {
    name: "replica-alter-log-dirs-throttle",
    description:
      "The movement of replicas between log directories on the same broker will be throttled to this value " +
      "(bytes/sec). This option can be included with --execute when a reassignment is started, and it can be altered by " +
      "resubmitting the current reassignment along with the --additional flag. The throttle rate should be at least 1 KB/s.",
    argument: "required",
    type: "Long",
    describedAs: "replicaAlterLogDirsThrottle",
    defaultsTo: "-1",
  },
  {
    name: "timeout",
    description: "The maximum time in ms to wait for log directory replica assignment to begin.",
    argument: "required",
    type: "Long",
    describedAs: "timeout",
    defaultsTo: "10000",
  },
  {
    name: "additional",
    description:
      "Execute this reassignment in addition to any other ongoing ones. This option can also be used to " +
      "change the throttle of an ongoing reassignment.",
  },
  { name: "preserve-throttles", description: "Do not modify broker or topic throttles." },
  {
    name: "disallow-replication-factor-change",
    description:
      "Denies the ability to change a partition's replication factor as part of this reassignment through " +
      "adding validation against it.",
  },
  JSON_OPTION,
];

/** What the tool does. */
export type ReassignmentAction = "generate" | "execute" | "verify" | "cancel" | "list";

/** Options that an action needs, and those that it may have beside `--bootstrap-server` and `--command-config`. */
const ACTIONS: Readonly<
  Record<
    ReassignmentAction,
    { readonly needs: readonly string[]; readonly may: readonly string[] }
  >
> = {
  generate: {
    needs: ["topics-to-move-json-file", "broker-list"],
    may: ["disable-rack-aware"],
  },
  execute: {
    needs: ["reassignment-json-file"],
    may: [
      ...["additional", "throttle", "replica-alter-log-dirs-throttle", "timeout"],
      "disallow-replication-factor-change",
    ],
  },
  verify: { needs: ["reassignment-json-file"], may: ["preserve-throttles", "json"] },
  cancel: {
    needs: ["reassignment-json-file"],
    may: ["bootstrap-controller", "preserve-throttles", "timeout"],
  },
  list: { needs: [], may: ["bootstrap-controller", "json"] },
};

/**
 * What the tool was asked to do.
 *
 * @throws {ToolExit} when that is not one thing, or options are missing or too many
 */
export function reassignmentAction(options: ToolOptions): ReassignmentAction {
  const names = Object.keys(ACTIONS) as ReassignmentAction[];
  const [action, ...others] = names.filter((name) => options.has(name));
  if (action === undefined || others.length > 0) {
    const all = names.map((name) => `--${name}`).join(", ");
    throw options.fail(`Command must include exactly one action: ${all}`);
  }
  const [hasServer, hasController] = [
    options.has("bootstrap-server"),
    options.has("bootstrap-controller"),
  ];
  if (hasServer && hasController) {
    throw options.fail("Please don't specify both --bootstrap-server and --bootstrap-controller");
  }
  if (!hasServer && !hasController) {
    throw options.fail("Please specify either --bootstrap-server or --bootstrap-controller");
  }
  const { needs, may } = ACTIONS[action];
  options.require(...needs);
  const allowed = new Set([action, ...needs, ...may, "bootstrap-server", "command-config"]);
  const wrong = options.order.find((name) => !allowed.has(name));
  if (wrong !== undefined) {
    throw options.fail(`Option "[${wrong}]" can't be used with action "[${action}]"`);
  }
  return action;
}
