/**
 * The options of `seglog leader-election`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The options beside those that all tools have. */
export const LEADER_ELECTION_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "A hostname and port for the broker to connect to, in the form host:port. " +
      "Multiple comma separated URLs can be given. REQUIRED.",
    argument: "required",
    describedAs: "host:port",
  },
  {
    name: "admin.config",
    description: "(DEPRECATED) Configuration properties files to pass to the admin client. This " +
      "option will be removed in a future version. Use --command-config instead.",
    argument: "required",
    describedAs: "config file",
  },
  {
    name: "command-config",
    description: "Config properties file to pass to the admin client.",
    argument: "required",
    describedAs: "Config file",
  },
  {
    name: "path-to-json-file",
    description: "The JSON file with the list  of partition for which leader elections should be " +
      'performed. This is an example format. \n{"partitions":\n\t[{"topic": "foo", ' +
      '"partition": 1},\n\t {"topic": "foobar", "partition": 2}]\n}\nNot allowed if ' +
      "--all-topic-partitions or --topic flags are specified.",
    argument: "required",
    describedAs: "Path to JSON file",
  },
  {
    name: "topic",
    description: "Name of topic for which to perform an election. Not allowed if " +
      "--path-to-json-file or --all-topic-partitions is specified.",
    argument: "required",
    describedAs: "topic name",
  },
  {
    name: "partition",
    description: "Partition id for which to perform an election. REQUIRED if --topic is specified.",
    argument: "required",
    type: "Integer",
    describedAs: "partition id",
  },
  {
    name: "all-topic-partitions",
    description: "Perform election on all of the eligible topic partitions based on the type of " +
      "election (see the --election-type flag). Not allowed if --topic or " +
      "--path-to-json-file is specified.",
  },
  {
    name: "election-type",
    description: 'Type of election to attempt. Possible values are "preferred" for preferred ' +
      'leader election or "unclean" for unclean leader election. If preferred election ' +
      "is selection, the election is only performed if the current leader is not the " +
      "preferred leader for the topic partition. If unclean election is selected, the " +
      "election is only performed if there are no leader for the topic partition. " +
      "REQUIRED.",
    argument: "required",
    type: "[PREFERRED,UNCLEAN]",
    describedAs: "election type",
  },
  JSON_OPTION,
];
