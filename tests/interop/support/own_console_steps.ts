/**
 * What Apache Kafka's console producer and console consumer are given, and ours beside them.
 *
 * `$S` stands for `--bootstrap-server` and the broker, `$R` for that with a broker that does not wait for records that do not come, `DIR/` for the folder of the files, and `~` in a name for one thing for Kafka's tool and another
 * one for ours.
 *
 * @module
 */

/** Files that the commands name. */
export const CONSOLE_FILES: Readonly<Record<string, string>> = {
  "producer.properties": "acks=1\nlinger.ms=1\n",
  "reader.properties": "parse.key=true\nkey.separator=;\n",
  "consumer.properties": "group.id=of-file-~\nauto.offset.reset=earliest\n",
  "formatter.properties": "print.key=true\nkey.separator=\\ =\\ \n",
  "bad.properties": "acks=7\nfetch.min.bytes=few\n",
};

/** Command lines of the producer, all of which write to one topic, with what they get on standard input. */
export const PRODUCER_STEPS: readonly (readonly [input: string, args: string])[] = [
  ["one\ntwo\r\nthree\rfour\n\nsix\u00e9\u20ac", ""],
  ["", ""],
  ["a\nb\n", "--sync --timeout 0"],
  ["a\t1\nb\t2\t3\n\t4\n5\t\n", "--reader-property parse.key=true"],
  ["a;1\nb;2\n", "--reader-config DIR/reader.properties"],
  ["a=1\n", "--reader-config DIR/reader.properties --reader-property key.separator=="],
  ["a:1\nb\nc:3\n", "--reader-property parse.key=true --reader-property key.separator=:"],
  [
    "a:1\nb\nc:3\n",
    "--reader-property parse.key=true --reader-property key.separator=: --reader-property ignore.error=true",
  ],
  ["h:v,g:w\tk\tv\n\tk\n", "--reader-property parse.key=true --reader-property parse.headers=true"],
  ["h:v,g:w,,\tv\n:v\tw\n,\tx\n", "--reader-property parse.headers=true"],
  [
    "h:v;;g:N|N|N\nN|k|v\n",
    "--reader-property parse.headers=true --reader-property parse.key=TRUE --reader-property headers.delimiter=| " +
    "--reader-property key.separator=| --reader-property headers.separator=[;]+ --reader-property null.marker=N",
  ],
  ["N:v\tw\n", "--reader-property parse.headers=true --reader-property null.marker=N"],
  ["h\tv\n", "--reader-property parse.headers=true"],
  ["h\tv\n", "--reader-property parse.headers=true --reader-property ignore.error=true"],
  ["x\n", "--reader-property headers.separator=:"],
  ["x\n", "--reader-property null.marker=,"],
  ["x\n", "--reader-property headers.separator=("],
  ["gzip\n", "--compression-codec"],
  ["lz4\n", "--compression-codec=lz4"],
  ["zip\n", "--compression-codec zip"],
  ["1\n", "--request-required-acks 1"],
  ["0\n", "--request-required-acks 0"],
  ["7\n", "--request-required-acks 7"],
  ["f\n", "--command-config DIR/producer.properties --command-property acks=all"],
  ["f\n", "--command-config DIR/bad.properties"],
  ["f\n", "--command-config DIR/none.properties"],
  ["f\n", "--reader-config DIR/none.properties"],
  ["o\n", "--producer-property linger.ms=0 --producer.config DIR/producer.properties"],
  ["k:o\n", "--property parse.key=true --property key.separator=: --max-partition-memory-bytes 99"],
  ["o\n", "--producer-property a=b --command-property a=b"],
  ["o\n", "--producer.config a --command-config b"],
  ["o\n", "--property a=b --reader-property a=b"],
  ["o\n", "--batch-size big"],
  ["o\n", "--retry-backoff-ms -1"],
  ["o\n", "--max-block-ms 1 --max-memory-bytes 1"],
  ["o\n", "--line-reader my.Reader"],
  ["o\n", "--line-reader org.apache.kafka.tools.LineMessageReader"],
  ["o\n", "--topic again"],
  ["o\n", "--nothing"],
  ["o\n", "--bootstrap-server 127.0.0.1:1 --sync --max-block-ms 300"],
  ["o\n", "--bootstrap-server 127.0.0.1:1 --max-block-ms 300"],
  ["o\n", "--bootstrap-server nonsense"],
  ["o\n", "--reader-property topic=redirected-~"],
  [`${"x".repeat(1_100_000)}\nafter\n`, ""],
];

const EVERYTHING = "--formatter-property print.key=true --formatter-property print.headers=true " +
  "--formatter-property print.partition=true --formatter-property print.offset=true " +
  "--formatter-property print.delivery=true --formatter-property print.epoch=true " +
  "--formatter-property print.timestamp=true";

const FORMATTERS = "org.apache.kafka.tools.consumer";
const SERIALIZATION = "org.apache.kafka.common.serialization";

/** Command lines of the consumer, as they stand. */
export const CONSUMER_STEPS: readonly string[] = [
  `$R --topic typed --partition 0 --from-beginning --max-messages 4 ${EVERYTHING}`,
  `$R --topic stamped --partition 0 --from-beginning --max-messages 1 ${EVERYTHING}`,
  "$R --topic typed --partition 0 --offset 2 --max-messages 1",
  "$R --topic typed --partition 0 --offset EARLIEST --max-messages 1",
  "$R --topic typed --partition 0 --offset latest --timeout-ms 300",
  "$R --topic typed --partition 0 --timeout-ms 300",
  "$R --topic typed --partition 0 --offset 99 --max-messages 1 --from-beginning",
  "$R --topic typed --partition 0 --offset 99 --timeout-ms 1500 --command-property auto.offset.reset=earliest",
  "$R --topic typed --partition 0 --offset 99 --timeout-ms 1500 --command-property auto.offset.reset=none",
  "$R --topic typed --partition 0 --from-beginning --max-messages 0",
  "$R --topic typed --partition 0 --from-beginning --max-messages -2",
  "$R --topic typed --partition 0 --from-beginning --max-messages two",
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --enable-systest-events",
  "$R --topic typed --partition 0 --from-beginning --timeout-ms -1 --max-messages 1",
  ...[
    ...["String", "Integer", "Long", "Short", "Float", "Double", "UUID", "Bytes", "ByteBuffer"],
    ...["Boolean"],
  ].map((type) =>
    `$R --topic typed-${type} --partition 0 --from-beginning --max-messages 3 --skip-message-on-error --value-deserializer ${SERIALIZATION}.${type}Deserializer`
  ),
  `$R --topic typed-Integer --partition 0 --from-beginning --max-messages 3 --value-deserializer ${SERIALIZATION}.IntegerDeserializer`,
  `$R --topic typed --partition 0 --from-beginning --max-messages 1 --key-deserializer ${SERIALIZATION}.StringDeserializer --formatter-property key.deserializer.deserializer.encoding=UTF-16 --formatter-property print.key=true`,
  `$R --topic typed --partition 0 --from-beginning --max-messages 1 --value-deserializer my.Deserializer`,
  `$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.NoOpMessageFormatter`,
  `$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.LoggingMessageFormatter`,
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter my.Formatter",
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter-config DIR/formatter.properties --formatter-property line.separator=|",
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter-config DIR/none.properties",
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --formatter-property print.value=false",
  "$R --topic typed --partition 0 --from-beginning --max-messages 2 --property print.key=true",
  "$R --topic typed --partition 0 --property a=b --formatter-property a=b",
  "$R --topic transactional --partition 0 --from-beginning --max-messages 2 --isolation-level read_committed",
  "$R --topic transactional --partition 0 --from-beginning --max-messages 3",
  "$R --topic typed --partition 0 --isolation-level serializable",
  "$R --topic typed --group ~ --from-beginning --max-messages 2",
  "$R --topic typed --group ~ --from-beginning --max-messages 2",
  "$R --topic typed --command-config DIR/consumer.properties --max-messages 1",
  "$R --topic typed --command-property group.id=a --group b",
  "$R --topic typed --partition 0 --group b",
  "$S --topic typed --consumer-property group.id=old-~ --from-beginning --max-messages 1",
  "$S --topic typed --consumer-property a=b --command-property a=b",
  "$R --topic typed --consumer.config a --command-config b",
  "$R --topic typed --command-config DIR/bad.properties",
  "$R --topic typed --command-config DIR/none.properties",
  "$R --topic typed --from-beginning --command-property auto.offset.reset=latest",
  "$R --topic typed --command-property auto.offset.reset=sometimes",
  "$R --include typ[e]d --from-beginning --max-messages 4",
  "$S --include (",
  "$S --include typed --partition 0",
  "$S --include typed --topic typed",
  "$S",
  "--topic typed",
  "--bootstrap-server nonsense --topic typed --partition 0",
  "$R --topic typed --offset 1",
  "$R --topic typed --partition 0 --offset 1 --from-beginning",
  "$R --topic typed --partition 0 --offset -1",
  "$R --topic typed --partition zero",
  "$R --topic none-~ --partition 0 --from-beginning --timeout-ms 500",
  "--bootstrap-server 127.0.0.1:1 --topic typed --partition 0 --timeout-ms 300",
  "$S --nothing",
];

/** Command lines of the consumer that read what others have left in topics of coordinators. */
export const COORDINATOR_STEPS: readonly string[] = [
  `$R --topic __consumer_offsets --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.OffsetsMessageFormatter`,
  `$R --topic __consumer_offsets --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.GroupMetadataMessageFormatter`,
  `$R --topic __consumer_offsets --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.ShareGroupMessageFormatter`,
  `$R --topic __transaction_state --partition 0 --from-beginning --max-messages 2 --formatter ${FORMATTERS}.TransactionLogMessageFormatter`,
  `$R --topic typed --partition 0 --from-beginning --max-messages 1 --formatter ${FORMATTERS}.group.share.ShareGroupStateMessageFormatter`,
];
