/**
 * The command line of `seglog cluster`.
 *
 * @module
 */

import type { ArgumentDefinition, ToolDefinition } from "../../storage/cli/argument_parser.ts";
import { JSON_ARGUMENT } from "./tool_arguments.ts";

const CONNECTION: readonly ArgumentDefinition[] = [
  { flags: ["--bootstrap-server", "-b"], action: "store", group: "server" },
  { flags: ["--bootstrap-controller", "-C"], action: "store", group: "server" },
  { flags: ["--config"], action: "store" },
  { flags: ["--command-config", "-c"], action: "store" },
];

/** The tool, its commands, and their options. */
export const CLUSTER: ToolDefinition = {
  program: "kafka-cluster",
  usage: `usage: kafka-cluster [-h] {cluster-id,unregister,list-endpoints} ...`,
  help: `The Kafka cluster tool.

positional arguments:
  {cluster-id,unregister,list-endpoints}
    cluster-id           Get information about the ID of a cluster.
    unregister           Unregister a broker.
    list-endpoints       List endpoints

optional arguments:
  -h, --help             show this help message and exit`,
  commands: [
    {
      name: "cluster-id",
      usage: `usage: kafka-cluster cluster-id [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG]
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)`,
      help: `optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.`,
      options: [...CONNECTION, JSON_ARGUMENT],
      requiredGroup: "server",
    },
    {
      name: "unregister",
      usage: `usage: kafka-cluster unregister [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG] --id ID
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)`,
      help: `optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.
  --id ID, -i ID         The ID of the broker to unregister.`,
      options: [...CONNECTION, {
        flags: ["--id", "-i"],
        action: "store",
        type: "Integer",
        isRequired: true,
      }],
      requiredGroup: "server",
    },
    {
      name: "list-endpoints",
      usage: `usage: kafka-cluster list-endpoints [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG]
                     [--include-fenced-brokers]
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)`,
      help: `optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.
  --include-fenced-brokers
                         Whether to  include  fenced  brokers  when listing
                         broker endpoints`,
      options: [
        ...CONNECTION,
        { flags: ["--include-fenced-brokers"], action: "storeTrue" },
        JSON_ARGUMENT,
      ],
      requiredGroup: "server",
    },
  ],
};
