/**
 * The command line of `seglog metadata-quorum`.
 *
 * @module
 */

import type { ArgumentDefinition, ToolDefinition } from "../../storage/cli/argument_parser.ts";
import { JSON_ARGUMENT } from "./tool_arguments.ts";

const CONNECTION: readonly ArgumentDefinition[] = [
  { flags: ["--bootstrap-server"], action: "store", group: "server" },
  { flags: ["--bootstrap-controller"], action: "store", group: "server" },
  { flags: ["--command-config"], action: "store" },
];

/** The tool, its commands, and their options. */
export const METADATA_QUORUM: ToolDefinition = {
  program: "kafka-metadata-quorum",
  usage: `usage: kafka-metadata-quorum [-h] [--command-config COMMAND_CONFIG]
                             (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             {describe,add-controller,remove-controller}
                             ...`,
  help: `This tool describes kraft metadata quorum status.

positional arguments:
  {describe,add-controller,remove-controller}
    describe             Describe the metadata quorum info
    add-controller       Add a controller to the KRaft controller cluster
    remove-controller    Remove a  controller  from  the  KRaft  controller
                         cluster

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  Kafka
                         cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  Kafka
                         controllers.
  --command-config COMMAND_CONFIG
                         Property file containing configs  to  be passed to
                         Admin Client.  For  add-controller,  the  file  is
                         used to specify the controller properties as well.`,
  options: CONNECTION,
  requiredGroup: "server",
  commands: [
    {
      name: "describe",
      usage: `usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             describe [-h] [--status] [--replication]
                             [--human-readable]`,
      help: `optional arguments:
  -h, --help             show this help message and exit

Status:
  --status               A short  summary  of  the  quorum  status  and the
                         other  provides  detailed  information  about  the
                         status of replication.

Replication:
  --replication          Detailed   information   about   the   status   of
                         replication
  --human-readable       Human-readable output`,
      options: [
        { flags: ["--status"], action: "storeTrue" },
        {
          flags: ["--replication"],
          action: "storeTrue",
        },
        { flags: ["--human-readable"], action: "storeTrue" },
        JSON_ARGUMENT,
      ],
    },
    {
      name: "add-controller",
      usage: `usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             add-controller [-h] [--dry-run]`,
      help: `optional arguments:
  -h, --help             show this help message and exit
  --dry-run              True if we should  print  what  would be done, but
                         not do it.`,
      options: [{ flags: ["--dry-run"], action: "storeTrue" }],
    },
    {
      name: "remove-controller",
      usage: `usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             remove-controller [-h]
                             --controller-id CONTROLLER_ID
                             --controller-directory-id CONTROLLER_DIRECTORY_ID
                             [--dry-run]`,
      help: `optional arguments:
  -h, --help             show this help message and exit
  --controller-id CONTROLLER_ID, -i CONTROLLER_ID
                         The id of the controller to remove.
  --controller-directory-id CONTROLLER_DIRECTORY_ID, -d CONTROLLER_DIRECTORY_ID
                         The directory ID of the controller to remove.
  --dry-run              True if we should  print  what  would be done, but
                         not do it.`,
      options: [
        { flags: ["--controller-id", "-i"], action: "store", type: "Integer", isRequired: true },
        { flags: ["--controller-directory-id", "-d"], action: "store", isRequired: true },
        { flags: ["--dry-run"], action: "storeTrue" },
      ],
    },
  ],
};
