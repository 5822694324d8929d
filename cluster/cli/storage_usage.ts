/**
 * The texts of the storage tool, as Kafka's prints them.
 *
 * @module
 */

import type {
  ArgumentDefinition,
  CommandDefinition,
  ToolDefinition,
} from "../../storage/cli/argument_parser.ts";

const CONFIG: ArgumentDefinition = {
  flags: ["--config", "-c"],
  action: "store",
  isRequired: true,
};
const RELEASE_VERSION: ArgumentDefinition = {
  flags: ["--release-version", "-r"],
  action: "store",
};

const INFO: CommandDefinition = {
  name: "info",
  usage: `usage: kafka-storage info [-h] --config CONFIG`,
  help: `optional arguments:
  -h, --help             show this help message and exit
  --config CONFIG, -c CONFIG
                         The Kafka configuration file to use.`,
  options: [CONFIG],
};

const FORMAT: CommandDefinition = {
  name: "format",
  usage: `usage: kafka-storage format [-h] --config CONFIG --cluster-id CLUSTER_ID
                     [--add-scram ADD_SCRAM] [--ignore-formatted]
                     [--release-version RELEASE_VERSION]
                     [--feature FEATURE] [--standalone |
                     --no-initial-controllers |
                     --initial-controllers INITIAL_CONTROLLERS]`,
  help: `optional arguments:
  -h, --help             show this help message and exit
  --config CONFIG, -c CONFIG
                         The Kafka configuration file to use.
  --cluster-id CLUSTER_ID, -t CLUSTER_ID
                         The cluster ID to use.
  --add-scram ADD_SCRAM, -S ADD_SCRAM
                         A    SCRAM_CREDENTIAL     to     add     to    the
                         __cluster_metadata log e.g.
                         'SCRAM-SHA-256=[name=alice,password=alice-
                         secret]'
                         'SCRAM-SHA-512=[name=alice,iterations=8192,salt="
                         N3E=",saltedpassword="YCE="]'
  --ignore-formatted, -g
                         When this option  is  passed,  the  format command
                         will  skip  over   already  formatted  directories
                         rather than failing.
  --release-version RELEASE_VERSION, -r RELEASE_VERSION
                         The  release  version  to   use  for  the  initial
                         feature settings.  The  minimum  is  3.3-IV3;  the
                         default is 4.3-IV0
  --feature FEATURE, -f FEATURE
                         The setting to  use  for  a  specific  feature, in
                         feature=level   format.   For   example:   \`kraft.
                         version=1\`.
  --standalone, -s       Used to initialize a  controller  as a single-node
                         dynamic  quorum.  When  setting   this  flag,  the
                         controller.quorum.voters config must  not  be set,
                         and  controller.quorum.bootstrap.servers   is  set
                         instead.
  --no-initial-controllers, -N
                         Used to initialize a  server  without specifying a
                         dynamic  quorum.  When  setting   this  flag,  the
                         controller.quorum.voters  config  should   not  be
                         set,  and  controller.quorum.bootstrap.servers  is
                         set instead.
  --initial-controllers INITIAL_CONTROLLERS, -I INITIAL_CONTROLLERS
                         Used to initialize  a  server  with  the specified
                         dynamic quorum. The argument  is a comma-separated
                         list  of   id@hostname:port:directory.   The  same
                         values must  be  used  to  format  all  nodes. For
                         example:
                         0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,
                         1@example.com:8083:MvDxzVmcRsaTz33bUuRU6A,
                         2@example.com:8084:07R5amHmR32VDA6jHkGbTA
                         . When setting  this  flag, the controller.quorum.
                         voters config must  not  be  set,  and controller.
                         quorum.bootstrap.servers is set instead.`,
  options: [
    CONFIG,
    { flags: ["--cluster-id", "-t"], action: "store", isRequired: true },
    { flags: ["--add-scram", "-S"], action: "append" },
    { flags: ["--ignore-formatted", "-g"], action: "storeTrue" },
    RELEASE_VERSION,
    { flags: ["--feature", "-f"], action: "append" },
    { flags: ["--standalone", "-s"], action: "storeTrue", group: "quorum" },
    { flags: ["--no-initial-controllers", "-N"], action: "storeTrue", group: "quorum" },
    { flags: ["--initial-controllers", "-I"], action: "store", group: "quorum" },
  ],
};

const VERSION_MAPPING: CommandDefinition = {
  name: "version-mapping",
  usage: `usage: kafka-storage version-mapping [-h]
                     [--release-version RELEASE_VERSION]`,
  help: `optional arguments:
  -h, --help             show this help message and exit
  --release-version RELEASE_VERSION, -r RELEASE_VERSION
                         The release version to  use  for the corresponding
                         feature  mapping.  The  minimum  is  3.3-IV3;  the
                         default is 4.3-IV0`,
  options: [RELEASE_VERSION],
};

const FEATURE_DEPENDENCIES: CommandDefinition = {
  name: "feature-dependencies",
  usage: `usage: kafka-storage feature-dependencies [-h] --feature FEATURE`,
  help: `optional arguments:
  -h, --help             show this help message and exit
  --feature FEATURE, -f FEATURE
                         The  features  and  their   versions  to  look  up
                         dependencies for, in  feature=version  format. For
                         example: \`metadata.version=5\`.`,
  options: [{ flags: ["--feature", "-f"], action: "append", isRequired: true }],
};

const RANDOM_UUID: CommandDefinition = {
  name: "random-uuid",
  usage: `usage: kafka-storage random-uuid [-h]`,
  help: `optional arguments:
  -h, --help             show this help message and exit`,
  options: [],
};

/** The command line of `storage`. */
export const STORAGE_TOOL: ToolDefinition = {
  program: "kafka-storage",
  usage: `usage: kafka-storage [-h]
                     {info,format,version-mapping,feature-dependencies,random-uuid}
                     ...`,
  help: `The Kafka storage tool.

positional arguments:
  {info,format,version-mapping,feature-dependencies,random-uuid}
    info                 Get information about  the  Kafka  log directories
                         on this node.
    format               Format the Kafka log directories on this node.
    version-mapping      Look up the  corresponding  features  for  a given
                         metadata version. Using  the  command  with  no --
                         release-version  argument will  return the mapping
                         for the latest stable metadata version
    feature-dependencies
                         Look up dependencies for  a given feature version.
                         If the feature is  not  known  or  the version not
                         yet  defined,  an   error   is   thrown.  Multiple
                         features can be specified.
    random-uuid          Print a random UUID.

optional arguments:
  -h, --help             show this help message and exit`,
  commands: [INFO, FORMAT, VERSION_MAPPING, FEATURE_DEPENDENCIES, RANDOM_UUID],
};
