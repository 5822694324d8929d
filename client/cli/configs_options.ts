/**
 * The options of `seglog configs`.
 *
 * @module
 */

import type { OptionDefinition } from "../../storage/cli/option_parser.ts";
import { TOPIC_CONFIGS } from "../../storage/log/config/topic_configs.ts";
import {
  BROKERS_CONFIGS,
  CLIENT_METRICS_CONFIGS,
  CLIENTS_CONFIGS,
  GROUPS_CONFIGS,
  IPS_CONFIGS,
  USERS_CONFIGS,
} from "./configs_names.ts";
import { JSON_OPTION } from "./tool_options.ts";

/** The configs of a topic that Kafka's tools list, in their order. */
export function topicConfigNames(): string[] {
  return TOPIC_CONFIGS.filter(({ name, internal }) => !internal && !name.startsWith("seglog."))
    .map(({ name }) => name).sort();
}

const NAMES: readonly (readonly [entityType: string, names: string])[] = [
  ["topics", topicConfigNames().join("\n")],
  ["brokers", BROKERS_CONFIGS],
  ["users", USERS_CONFIGS],
  ["clients", CLIENTS_CONFIGS],
  ["ips", IPS_CONFIGS],
  ["client-metrics", CLIENT_METRICS_CONFIGS],
  ["groups", GROUPS_CONFIGS],
];

const ADD_CONFIG = "Key Value pairs of configs to add. Square brackets can be used to group " +
  "values which contain commas: 'k1=v1,k2=[v1,v2,v2],k3=v3'. The following is a list of valid configurations: " +
  NAMES.map(([entityType, names]) =>
    `For entity-type '${entityType}': \n${names.trim().replaceAll(/^/gm, "\t")}\n`
  ).join("") +
  "Entity types 'users' and 'clients' may be specified together to update config for clients of a specific user.";

/** The options beside those that all tools have. */
export const CONFIGS_OPTIONS: readonly OptionDefinition[] = [
  {
    name: "bootstrap-server",
    description: "The Kafka servers to connect to.",
    argument: "required",
    describedAs: "server to connect to",
  },
  {
    name: "bootstrap-controller",
    description: "The Kafka controllers to connect to.",
    argument: "required",
    describedAs: "controller to connect to",
  },
  {
    name: "command-config",
    description:
      "Property file containing configs to be passed to Admin Client. This is used only " +
      "with --bootstrap-server option for describing and altering broker configs.",
    argument: "required",
    describedAs: "command config property file",
  },
  {
    name: "alter",
    description: "Alter the configuration for the entity.",
  },
  {
    name: "describe",
    description: "List configs for the given entity.",
  },
  {
    name: "all",
    description: "List all configs for the given entity, including static configs if available.",
  },
  {
    name: "entity-type",
    description:
      "Type of entity (topics/clients/users/brokers/broker-loggers/ips/client-metrics/groups)",
    argument: "required",
  },
  {
    name: "entity-name",
    description: "Name of entity (topic name/client id/user principal name/broker id/ip/client " +
      "metrics/group id)",
    argument: "required",
  },
  {
    name: "entity-default",
    description:
      "Default entity name for clients/users/brokers/ips (applies to corresponding entity type)",
  },
  {
    name: "add-config",
    description: ADD_CONFIG,
    argument: "required",
  },
  {
    name: "add-config-file",
    description: "Path to a properties file with configs to add. See add-config for a list of " +
      "valid configurations.",
    argument: "required",
  },
  {
    name: "delete-config",
    description: "config keys to remove 'k1,k2'",
    argument: "required",
  },
  {
    name: "topic",
    description: "The topic's name.",
    argument: "required",
  },
  {
    name: "client",
    description: "The client's ID.",
    argument: "required",
  },
  {
    name: "client-defaults",
    description: "The config defaults for all clients.",
  },
  {
    name: "user",
    description: "The user's principal name.",
    argument: "required",
  },
  {
    name: "user-defaults",
    description: "The config defaults for all users.",
  },
  {
    name: "broker",
    description: "The broker's ID.",
    argument: "required",
  },
  {
    name: "broker-defaults",
    description: "The config defaults for all brokers.",
  },
  {
    name: "broker-logger",
    description: "The broker's ID for its logger config.",
    argument: "required",
  },
  {
    name: "ip-defaults",
    description: "The config defaults for all IPs.",
  },
  {
    name: "ip",
    description: "The IP address.",
    argument: "required",
  },
  {
    name: "group",
    description: "The group's ID.",
    argument: "required",
  },
  {
    name: "client-metrics",
    description: "The client metrics config resource name.",
    argument: "required",
  },
  JSON_OPTION,
];
