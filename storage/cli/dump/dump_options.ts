/**
 * The options of `dump-log`: those of Kafka's `kafka-dump-log.sh`, word for word where its usage text shows them,
 * and those that it lacks.
 *
 * @module
 */

import type { OptionDefinition } from "../option_parser.ts";

/** Default of `--max-bytes`: no limit. */
export const UNLIMITED_BYTES = 2 ** 31 - 1;

const STRING_DECODER = "org.apache.kafka.tools.api.StringDecoder";
const CUSTOM_DECODER =
  "This class should implement org.apache.kafka.tools.api.Decoder trait. Custom jar should be available in " +
  "kafka/libs directory.";

/** Options of Kafka's tool, and behind them ours. */
export const DUMP_OPTIONS: readonly OptionDefinition[] = [
  { name: "help", description: "Print usage information." },
  { name: "version", description: "Display Kafka version." },
  {
    name: "print-data-log",
    description:
      "If set, printing the messages content when dumping data logs. Automatically set if any " +
      "decoder option is specified.",
  },
  {
    name: "verify-index-only",
    description: "If set, just verify the index log without printing its content.",
  },
  {
    name: "index-sanity-check",
    description:
      "If set, just checks the index sanity without printing its content. This is the same check " +
      "that is executed on broker startup to determine if an index needs rebuilding or not.",
  },
  {
    name: "files",
    description: "REQUIRED: The comma separated list of data and index log files to be dumped.",
    argument: "required",
    describedAs: "file1, file2, ...",
  },
  {
    name: "max-message-size",
    description: "Size of largest message.",
    argument: "required",
    type: "Integer",
    describedAs: "size",
    defaultsTo: "5242880",
  },
  {
    name: "max-bytes",
    description:
      "Limit the amount of total batches read in bytes avoiding reading the whole .log file(s).",
    argument: "required",
    type: "Integer",
    describedAs: "size",
    defaultsTo: `${UNLIMITED_BYTES}`,
  },
  {
    name: "deep-iteration",
    description:
      "If set, uses deep instead of shallow iteration. Automatically set if print-data-log is enabled.",
  },
  {
    name: "value-decoder-class",
    description: `If set, used to deserialize the messages. ${CUSTOM_DECODER}`,
    argument: "optional",
    defaultsTo: STRING_DECODER,
  },
  {
    name: "key-decoder-class",
    description: `If set, used to deserialize the keys. ${CUSTOM_DECODER}`,
    argument: "optional",
    defaultsTo: STRING_DECODER,
  },
  {
    name: "offsets-decoder",
    description:
      "If set, log data will be parsed as offset data from the __consumer_offsets topic.",
  },
  {
    name: "transaction-log-decoder",
    description:
      "If set, log data will be parsed as transaction metadata from the __transaction_state topic.",
  },
  {
    name: "cluster-metadata-decoder",
    description: "If set, log data will be parsed as cluster metadata records.",
  },
  {
    name: "remote-log-metadata-decoder",
    description:
      "If set, log data will be parsed as TopicBasedRemoteLogMetadataManager (RLMM) metadata " +
      "records. Instead, the value-decoder-class option can be used if a custom RLMM implementation is " +
      "configured.",
  },
  {
    name: "share-group-state-decoder",
    description:
      "If set, log data will be parsed as share group state data from the __share_group_state topic.",
  },
  {
    name: "skip-record-metadata",
    description: "Skip metadata when printing records. This flag also skips control records.",
  },
  {
    name: "json",
    description:
      "One line of JSON for each record (each entry of an index, each producer of a snapshot).",
    isOurs: true,
  },
  {
    name: "from-offset",
    description: "Leave out what is below this offset.",
    argument: "required",
    type: "Long",
    describedAs: "offset",
    isOurs: true,
  },
  {
    name: "to-offset",
    description: "Leave out this offset and what is above it.",
    argument: "required",
    type: "Long",
    describedAs: "offset",
    isOurs: true,
  },
  {
    name: "skip-damage",
    description:
      "Tell where a log is damaged, go on behind it, and end with status 1. Set by --json and by a " +
      "directory in --files.",
    isOurs: true,
  },
  { name: "help-seglog", description: "Print the options that Kafka's tool lacks.", isOurs: true },
];

/** The options that make records be printed. */
export const PRINTING_OPTIONS: readonly string[] = [
  "print-data-log",
  "offsets-decoder",
  "transaction-log-decoder",
  "cluster-metadata-decoder",
  "remote-log-metadata-decoder",
  "value-decoder-class",
  "key-decoder-class",
  "share-group-state-decoder",
];
