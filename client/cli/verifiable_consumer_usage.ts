/**
 * The command line of `seglog verifiable-consumer`.
 *
 * @module
 */

import type { ToolDefinition } from "../../storage/cli/argument_parser.ts";

/** The tool and its options. */
export const VERIFIABLE_CONSUMER: ToolDefinition = {
  program: "verifiable-consumer",
  usage: `usage: verifiable-consumer [-h] --topic TOPIC
                           [--group-protocol GROUP-PROTOCOL]
                           [--group-remote-assignor GROUP-REMOTE-ASSIGNOR]
                           --group-id GROUP-ID
                           [--group-instance-id GROUP-INSTANCE-ID]
                           [--max-messages MAX-MESSAGES]
                           [--session-timeout TIMEOUT-MS] [--verbose]
                           [--enable-autocommit]
                           [--reset-policy RESET-POLICY]
                           [--assignment-strategy ASSIGNMENT-STRATEGY]
                           [--consumer.config CONFIG-FILE]
                           [--command-config CONFIG-FILE]
                           --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]`,
  help: `This tool consumes  messages  from  a  specific  topic  and  emits consumer
events (e.g. group rebalances,  received  messages,  and offsets committed)
as JSON objects to STDOUT.

optional arguments:
  -h, --help             show this help message and exit
  --topic TOPIC          Consumes messages from this topic.
  --group-protocol GROUP-PROTOCOL
                         Group protocol (must be  one of CLASSIC, CONSUMER)
                         (default: classic)
  --group-remote-assignor GROUP-REMOTE-ASSIGNOR
                         Group remote  assignor;  only  used  if  the group
                         protocol is CONSUMER
  --group-id GROUP-ID    The group id of the consumer group
  --group-instance-id GROUP-INSTANCE-ID
                         A unique identifier of the consumer instance
  --max-messages MAX-MESSAGES
                         Consume this many messages.  If  -1 (the default),
                         the consumer will  consume  until  the  process is
                         killed externally (default: -1)
  --session-timeout TIMEOUT-MS
                         Set the  consumer's  session  timeout,  note  that
                         this configuration  is  not  supported  when group
                         protocol is consumer
  --verbose              Enable  to   log   individual   consumed   records
                         (default: false)
  --enable-autocommit    Enable offset  auto-commit  on  consumer (default:
                         false)
  --reset-policy RESET-POLICY
                         Set  reset  policy  (must  be  either  'earliest',
                         'latest', or 'none') (default: earliest)
  --assignment-strategy ASSIGNMENT-STRATEGY
                         Set assignment  strategy  (e.g.  org.apache.kafka.
                         clients.consumer.RoundRobinAssignor);  only   used
                         if the group  protocol  is  CLASSIC (default: org.
                         apache.kafka.clients.consumer.RangeAssignor)
  --consumer.config CONFIG-FILE
                         (DEPRECATED)  Consumer  config   properties  file.
                         This option will be  removed  in a future version.
                         Use --command-config instead
  --command-config CONFIG-FILE
                         Config  properties  file  (config  options  shared
                         with command line parameters will be overridden).

Connection Group:
  Group of arguments for connection to brokers

  --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]
                         The server(s) to connect  to. Comma-separated list
                         of Kafka brokers  in  the  form HOST1:PORT1,HOST2:
                         PORT2,...`,
  commands: [],
  options: [
    { flags: ["--bootstrap-server"], action: "store", group: "connection", isRequired: true },
    { flags: ["--topic"], action: "store", isRequired: true },
    { flags: ["--group-id"], action: "store", isRequired: true },
    { flags: ["--group-protocol"], action: "store" },
    { flags: ["--group-remote-assignor"], action: "store" },
    { flags: ["--group-instance-id"], action: "store" },
    { flags: ["--max-messages"], action: "store", type: "Integer" },
    { flags: ["--session-timeout"], action: "store", type: "Integer" },
    { flags: ["--verbose"], action: "storeTrue" },
    { flags: ["--enable-autocommit"], action: "storeTrue" },
    { flags: ["--reset-policy"], action: "store" },
    { flags: ["--assignment-strategy"], action: "store" },
    { flags: ["--consumer.config"], action: "store" },
    { flags: ["--command-config"], action: "store" },
  ],
  requiredGroup: "connection",
};
