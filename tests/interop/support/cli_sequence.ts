/**
 * The order in which the commands of `tests/fixtures/cli` ran: each one sees what those before it did.
 *
 * @module
 */

const topics = "topics-";
const configs = "configs-";

function named(prefix: string, names: string): string[] {
  return names.trim().split(/\s+/).map((name) => `${prefix}${name}`);
}

/** The fixtures that are checked against the broker under test. */
export const SEQUENCE: readonly string[] = [
  ...named(
    topics,
    `create create-exists create-if-not-exists create-with-config create-assignment create-bad-config-key
     create-bad-config-value create-bad-config-policy create-bad-segment create-bad-replication create-bad-partitions
     create-bad-name create-dotted-name create-underscore-name create-long-name list list-exclude-internal list-pattern
     describe-one describe-all describe-missing describe-overrides describe-under-replicated alter-partitions
     alter-partitions-fewer alter-missing delete delete-missing no-action no-server unknown-option help version`,
  ),
  ...["broker-configs", "topic-configs"],
  ...named(
    configs,
    `topic-describe-none topic-alter topic-describe-after-alter topic-describe-all-after-alter topic-alter-many
     topic-describe-after-many topic-add-and-delete topic-delete topic-delete-not-set topic-delete-unknown
     topic-describe-after-delete topic-bad-key topic-bad-value-type topic-bad-value-range topic-bad-value-negative
     topic-bad-value-enum topic-bad-value-bool topic-bad-value-codec topic-local-retention-over-retention topic-no-equals
     topic-missing topic-describe-missing topics-describe-every topic-add-config-file topic-describe-after-file
     broker-describe-none broker-alter broker-alter-default broker-describe broker-describe-default broker-describe-every
     topic-inherits-broker-default broker-alter-read-only broker-alter-read-only-2 broker-bad-key broker-bad-value
     broker-bad-value-range broker-threads-too-many broker-missing broker-not-a-number broker-delete broker-delete-default
     broker-describe-after-delete bad-entity-type no-action describe-and-alter alter-nothing no-server help`,
  ),
  ...named(topics, "create-console-topic create-keyed-topic"),
  ...named(
    "console-producer-",
    "plain partitioned no-key-compacted keys-compacted keys headers property-flag no-separator",
  ),
  ...named(
    "console-consumer-",
    `plain print-key print-key-property-flag print-everything separators only-keys group partition-offset offset-earliest
     timeout integer-bad-size offset-without-partition no-topic missing-topic`,
  ),
  "consumer-missing-server",
  ...named("console-consumer-", "integer-keys logging-formatter offsets-formatter"),
  ...named(
    "get-offsets-",
    `latest earliest minus-1 minus-2 max-timestamp timestamp-0 timestamp-future earliest-local latest-tiered all partitions
     topic-partitions pattern missing bad-time`,
  ),
  ...named(
    "delete-records-",
    "compacted-topic to-3 to-3-again lower to-end beyond missing-topic missing-partition duplicate not-json",
  ),
  ...["get-offsets-earliest-after-delete", "console-consumer-after-delete"],
  ...named(
    "consumer-groups-",
    `list list-state list-type describe describe-offsets-verbose describe-members describe-state describe-all
     describe-missing describe-live describe-live-members describe-live-state reset-live delete-live reset-dry-run
     reset-to-offset reset-shift reset-out-of-range reset-no-scope reset-export delete-offsets delete delete-missing
     no-action`,
  ),
  ...["metadata-quorum-status", "metadata-quorum-replication", "features-describe"],
  ...["log-dirs-describe", "broker-api-versions", "cluster-id", "cluster-list-endpoints"],
  "groups-list",
  ...named("leader-election-", "all one missing"),
  ...named("reassign-", "generate execute verify unknown-broker list"),
  ...named("transactions-", "list describe-missing describe-producers"),
  ...named("storage-", "info format-again format-ignore version-mapping help"),
  ...named("dump-log-", "help missing-file unknown-suffix"),
  ...["replica-verification-help", "unreachable-server"],
  ...["producer-perf-test", "consumer-perf-test", "e2e-latency"],
  ...["verifiable-producer", "verifiable-consumer"],
];

/** The fixtures whose feature comes in a later issue: which. */
export const WAITING: Readonly<Record<string, string>> = {
  "acls-list-no-authorizer": "access control",
  "configs-clients-alter": "quotas",
  "configs-clients-describe": "quotas",
  "configs-clients-delete": "quotas",
  "configs-broker-loggers-describe": "log levels: the loggers are Java's classes",
};

/** APIs that `broker-api-versions` shows of Apache Kafka, and a broker without these features does not have; 3.9 has no name for the newest. */
export const LATER_APIS =
  /^\t(ConsumerGroup\w+|ShareGroup\w+|Share\w+|\w*ShareGroup\w*|StreamsGroup\w+|UNKNOWN|SaslHandshake|SaslAuthenticate|\w+Acls|\w+DelegationToken|\w+ClientQuotas|\w+RaftVoter|\w+UserScramCredentials|\w+ShareGroupState\w*)\(/;
