/**
 * Commands that Apache Kafka's tools and ours are given on the same broker, one after the other: a line is a tool and its arguments.
 *
 * `$S` stands for `--bootstrap-server` and the broker, `$C` for `--bootstrap-controller` and its controller, `DIR/` for the folder of the files;
 * a line with `!` in front is one whose tool ends its process by itself; a name with `~` is one thing for Kafka's tool and another one for ours, so that both can make and change it.
 *
 * @module
 */

/** The properties of a node that is not formatted yet. */
const newNode = (directory: string) =>
  `process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://localhost:0,CONTROLLER://localhost:0
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.quorum.bootstrap.servers=localhost:9093
log.dirs=${directory}
`;

/** Files that the commands name. */
export const STEP_FILES: Readonly<Record<string, string>> = {
  "short.properties": "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n",
  "bad.properties": "request.timeout.ms=soon\n",
  "add.properties": "retention.ms=7200000\nmax.message.bytes=1500000\n",
  "not.json": "{",
  "list.json": "[]",
  "version.json": '{"version":2,"partitions":[]}',
  "empty.json": '{"version":1,"partitions":[]}',
  "records.json": '{"version":1,"partitions":[{"topic":"same-1","partition":0,"offset":3}]}',
  "too-far.json": '{"version":1,"partitions":[{"topic":"same-1","partition":0,"offset":300}]}',
  "twice.json":
    '{"version":1,"partitions":[{"topic":"same-1","partition":0,"offset":1},{"topic":"same-1","partition":0,"offset":1}]}',
  "no-offset.json": '{"version":1,"partitions":[{"topic":"same-1","partition":0}]}',
  "election.json":
    '{"partitions":[{"topic":"same-1","partition":1},{"topic":"same-1","partition":0}]}',
  "election-missing.json": '{"partitions":[{"topic":"none","partition":0}]}',
  "election-twice.json":
    '{"partitions":[{"topic":"same-1","partition":0},{"topic":"same-1","partition":0}]}',
  "topics.json": '{"topics":[{"topic":"same-1"},{"topic":"same-2"}],"version":1}',
  "no-topics.json": '{"topics":[],"version":1}',
  "plan.json":
    '{"version":1,"partitions":[{"topic":"same-1","partition":0,"replicas":[0],"log_dirs":["any"]},' +
    '{"topic":"same-1","partition":1,"replicas":[0]}]}',
  "plan-missing.json":
    '{"version":1,"partitions":[{"topic":"none","partition":0,"replicas":[0],"log_dirs":["any"]}]}',
  "plan-twice.json":
    '{"version":1,"partitions":[{"topic":"same-1","partition":0,"replicas":[0,0],"log_dirs":["any","any"]}]}',
  "plan-dir.json":
    '{"version":1,"partitions":[{"topic":"same-1","partition":0,"replicas":[0],"log_dirs":["/none"]}]}',
  "new-k.properties": newNode("DIR/new-k"),
  "new-o.properties": newNode("DIR/new-o"),
  "offsets.csv": "set,same-1,0,2\nset,same-1,1,1\n",
  "offsets-one.csv": "same-1,0,2\n",
};

/**
 * What there is before the first step, made by Kafka's tools. No two of the groups share a place in Java's hash maps, where the order differs from
 * one process to the next.
 */
export const PREPARATION: readonly string[] = lines(`
topics $S --create --topic same-1 --partitions 3 --config retention.ms=86400000 --config max.message.bytes=2000000
topics $S --create --topic same-2 --partitions 2
topics $S --create --topic other.dotted
topics $S --create --topic twelve --partitions 12
topics $S --create --topic one --partitions 1
producer-perf-test $S --topic one --num-records 9 --throughput -1 --payload-monotonic --transactional-id third
producer-perf-test $S --topic same-1 --num-records 60 --throughput -1 --record-size 40
producer-perf-test $S --topic same-2 --num-records 20 --throughput -1 --record-size 40 --transactional-id first
producer-perf-test $S --topic same-2 --num-records 20 --throughput -1 --record-size 40 --transactional-id second
consumer-groups $S --group set --topic same-1 --topic same-2:1 --reset-offsets --to-earliest --execute
consumer-groups $S --group other-set --topic twelve --reset-offsets --to-latest --execute
consumer-groups $S --group third --topic same-2 --reset-offsets --to-latest --execute
consumer-groups $S --group wrong-set --topic other.dotted --reset-offsets --to-latest --execute
consumer-groups $S --group fifth --topic other.dotted --reset-offsets --to-latest --execute
consumer-groups $S --group sixth --topic other.dotted --reset-offsets --to-latest --execute
consumer-groups $S --group seventh --topic other.dotted --reset-offsets --to-latest --execute
consumer-groups $S --group eighth --topic other.dotted --reset-offsets --to-latest --execute
`);

/** The steps, by tool. */
export const STEPS: Readonly<Record<string, readonly string[]>> = {
  "topics": lines(`
topics
topics --help
topics --version
topics $S
topics --list
topics --nonsense
topics $S --list
topics $S --list --exclude-internal
topics $S --list --topic same-.*
topics $S --list --topic [
topics $S --describe
topics $S --describe --exclude-internal
topics $S --describe --topic same-1
topics $S --describe --topic none
topics $S --describe --topic none --if-exists
topics $S --describe --topic-id nonsense
topics $S --describe --topic-id x
topics $S --describe --topic-id a*b
topics $S --describe --topic-id abcde
topics $S --describe --topic-id 1234567890123456789012345
topics $S --describe --topic-id AAAAAAAAAAAAAAAAAAAAAQ
topics $S --describe --under-replicated-partitions
topics $S --describe --under-min-isr-partitions
topics $S --describe --at-min-isr-partitions --topic same-2
topics $S --describe --unavailable-partitions
topics $S --describe --topics-with-overrides
topics $S --describe --partition-size-limit-per-response 1
topics $S --describe --partition-size-limit-per-response x
topics $S --describe --under-replicated-partitions --topics-with-overrides
topics $S --describe --under-replicated-partitions --unavailable-partitions
topics $S --create
topics $S --create --topic made-~ --partitions 2 --config retention.ms=5 --config segment.bytes=2000000
topics $S --create --topic made-~
topics $S --create --topic made-~ --if-not-exists
topics $S --create --topic made-b-~ --replica-assignment 0,0
topics $S --create --topic made-c-~ --replica-assignment 0:0
topics $S --create --topic made-c-~ --replica-assignment 0,x
topics $S --create --topic made-c-~ --replica-assignment 0 --partitions 1
topics $S --create --topic made-c-~ --replica-assignment 7
topics $S --create --topic made-c-~ --partitions x
topics $S --create --topic made-c-~ --partitions 0
topics $S --create --topic made-c-~ --replication-factor 0
topics $S --create --topic made-c-~ --config retention.ms
topics $S --create --topic made-c-~ --config nonsense=1
topics $S --create --topic made-c-~ --config retention.ms=x
topics $S --create --topic made-c-~ --if-exists
topics $S --create --topic made_~
topics $S --create --topic made_b_~.
topics $S --create --topic .
topics $S --create --topic a/b
topics $S --create --list --topic made-c-~
topics $S --alter --topic made-~
topics $S --alter --topic made-~ --partitions 4
topics $S --alter --topic made-~ --partitions 1
topics $S --alter --topic made-~ --partitions 5 --replica-assignment 0,0,0,0,0
topics $S --alter --topic made-~ --partitions 6 --replica-assignment 0
topics $S --alter --topic none --partitions 4
topics $S --alter --topic none --partitions 4 --if-exists
topics $S --alter --topic made-~ --config retention.ms=1
topics $S --alter --topic made-~ --delete-config retention.ms
topics $S --alter --topic made-~ --replication-factor 2
topics $S --delete
topics $S --delete --topic none
topics $S --delete --topic none --if-exists
topics $S --delete --topic made.*[-_]~.?
topics $S --delete --topic x --topic y
topics $S --list --command-config DIR/none
topics $S --list --command-config DIR/bad.properties
topics --bootstrap-server nonsense --list
`),
  "configs": lines(`
configs
configs --help
configs --version
configs $S --describe
configs --describe --entity-type topics
configs $S --describe --entity-type topics
configs $S --describe --topic same-1
configs $S --describe --topic same-1 --all
configs $S --describe --topic same-1 --topic same-2
configs $S --describe --entity-type brokers
configs $S --describe --broker 0
configs $S --describe --broker 0 --all
configs $S --describe --broker 9 --command-config DIR/short.properties
configs $S --describe --broker x
configs $S --describe --broker-defaults
configs $S --describe --entity-type nonsense
configs $S --describe --topic same-1 --broker 0
configs $S --describe --group set
configs $S --describe --group set --all
configs $S --describe --entity-type groups
configs $S --describe --client-metrics none
configs $S --describe --entity-type client-metrics
configs $S --describe --user none
configs $S --describe --user-defaults --client-defaults
configs $S --describe --client none
configs $S --describe --ip 127.0.0.1
configs $S --describe --ip-defaults
configs $S --describe --ip nonsense.
configs $S --alter --topic same-2 --add-config retention.ms=86400001
configs $S --alter --topic same-2 --add-config retention.ms=86400000,flush.ms=[5]
configs $S --alter --topic same-2 --add-config cleanup.policy=[compact,delete]
configs $S --describe --topic same-2
configs $S --alter --topic same-2 --add-config-file DIR/add.properties
configs $S --alter --topic same-2 --add-config-file DIR/none
configs $S --alter --topic same-2 --delete-config retention.ms,max.message.bytes
configs $S --alter --topic same-2 --delete-config retention.ms
configs $S --alter --topic same-2 --delete-config cleanup.policy,flush.ms,nonsense
configs $S --alter --topic same-2 --delete-config cleanup.policy,flush.ms
configs $S --alter --topic none --add-config retention.ms=1
configs $S --alter --topic same-2 --add-config retention.ms
configs $S --alter --topic same-2 --add-config nonsense=1
configs $S --alter --topic same-2
configs $S --alter --topic same-2 --add-config a=b --add-config-file DIR/add.properties
configs $S --alter --entity-type topics --add-config retention.ms=1
configs $S --alter --entity-type topics --entity-default --add-config retention.ms=1
configs $S --alter --entity-type topics --topic same-2 --add-config retention.ms=1
configs $S --alter --broker 0 --add-config log.cleaner.threads=1
configs $S --describe --broker 0
configs $S --alter --broker 0 --delete-config log.cleaner.threads
configs $S --alter --group group-~ --add-config consumer.session.timeout.ms=46000
configs $S --describe --group group-~
configs $S --alter --group group-~ --delete-config consumer.session.timeout.ms
configs $S --alter --group group-~ --add-config nonsense=1
configs $S --alter --client-metrics metrics-~ --add-config interval.ms=5000
configs $S --describe --client-metrics metrics-~
configs $S --alter --client-metrics metrics-~ --delete-config interval.ms
configs $C --describe --broker 0
configs $C --describe --topic same-1
configs $S $C --describe --broker 0
configs $S --describe --alter --topic same-1
configs $S --describe --topic same-1 --entity-default
configs $S --describe --entity-name same-1
configs $S --nonsense
configs $S --describe --topic same-1 --command-config DIR/none
`),
  "consumer-groups": lines(`
consumer-groups
consumer-groups --help
consumer-groups --version
consumer-groups $S
consumer-groups --list
consumer-groups $S --list
consumer-groups $S --list --state
consumer-groups $S --list --state empty,stable
consumer-groups $S --list --state nonsense
consumer-groups $S --list --type classic
consumer-groups $S --list --type Consumer
consumer-groups $S --list --state --type
consumer-groups $S --describe
consumer-groups $S --describe --group set
consumer-groups $S --describe --group set --group other-set
consumer-groups $S --describe --all-groups
consumer-groups $S --describe --all-groups --offsets --verbose
consumer-groups $S --describe --all-groups --members
consumer-groups $S --describe --all-groups --members --verbose
consumer-groups $S --describe --all-groups --state
consumer-groups $S --describe --group set --state --verbose
consumer-groups $S --describe --group none
consumer-groups $S --describe --group none --state
consumer-groups $S --describe --group none --members
consumer-groups $S --describe --group set --members --state
consumer-groups $S --describe --group set --topic same-1
consumer-groups $S --describe --group set --all-groups
consumer-groups $S --describe --group set --timeout x
consumer-groups $S --describe --group set --timeout 20000
consumer-groups $S --reset-offsets --group set --topic same-1 --to-latest
consumer-groups $S --reset-offsets --group set --topic same-1 --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1:0,2 --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1:7 --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1:x --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --topic none --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --all-topics --to-latest --dry-run
consumer-groups $S --reset-offsets --all-groups --all-topics --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --group other-set --group third --all-topics --to-latest --dry-run
consumer-groups $S --reset-offsets --all-groups --all-topics --to-earliest --dry-run --export
consumer-groups $S --reset-offsets --group set --all-topics --to-earliest --export
consumer-groups $S --reset-offsets --group set --topic same-1 --to-datetime 2020-01-01T00:00:00.000 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-datetime 2020-01-01 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --by-duration P1D --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --by-duration nonsense --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --shift-by 2 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --shift-by -100 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-offset 5 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-offset x --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-current --dry-run
consumer-groups $S --reset-offsets --group set --from-file DIR/offsets.csv --dry-run
consumer-groups $S --reset-offsets --group set --group third --from-file DIR/offsets.csv --dry-run
consumer-groups $S --reset-offsets --group set --from-file DIR/offsets-one.csv --dry-run
consumer-groups $S --reset-offsets --group set --from-file DIR/none --dry-run
consumer-groups $S --reset-offsets --group set --to-latest --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-latest --to-earliest --dry-run
consumer-groups $S --reset-offsets --group set --topic same-1 --to-latest --dry-run --execute
consumer-groups $S --reset-offsets --to-latest --topic same-1 --dry-run
consumer-groups $S --reset-offsets --group made-~ --topic same-1 --topic same-2 --to-offset 2 --execute
consumer-groups $S --describe --group made-~
consumer-groups $S --delete-offsets --group made-~ --topic same-1:1
consumer-groups $S --delete-offsets --group made-~ --topic none
consumer-groups $S --delete-offsets --group none --topic same-1
consumer-groups $S --delete-offsets --group made-~
consumer-groups $S --describe --group made-~
consumer-groups $S --delete --group made-~ --group none-1 --group none-2
consumer-groups $S --delete --group made-~
consumer-groups $S --delete
consumer-groups $S --delete --group a --topic b
consumer-groups --validate-regex a.*
consumer-groups --validate-regex [
consumer-groups --validate-regex []
consumer-groups --validate-regex []a]
consumer-groups --validate-regex [^]
consumer-groups --validate-regex [a-
consumer-groups --validate-regex [z-a]
consumer-groups --validate-regex [a-\\d]
consumer-groups --validate-regex [\\d-z]
consumer-groups --validate-regex [[:alpha:]x]
consumer-groups --validate-regex [[:nope:]]
consumer-groups --validate-regex [[:al]
consumer-groups --validate-regex (a
consumer-groups --validate-regex a)
consumer-groups --validate-regex (a))
consumer-groups --validate-regex *a
consumer-groups --validate-regex a|*
consumer-groups --validate-regex (*)
consumer-groups --validate-regex a**
consumer-groups --validate-regex a*+
consumer-groups --validate-regex a*?b
consumer-groups --validate-regex a*??
consumer-groups --validate-regex a{2,1}
consumer-groups --validate-regex a{1001}
consumer-groups --validate-regex a{1000}
consumer-groups --validate-regex a{,3}
consumer-groups --validate-regex a{2
consumer-groups --validate-regex a{2}{3}
consumer-groups --validate-regex (?=a)
consumer-groups --validate-regex (?i)a
consumer-groups --validate-regex (?i-s:a)
consumer-groups --validate-regex (?i
consumer-groups --validate-regex (?z)
consumer-groups --validate-regex (?P<n>a)
consumer-groups --validate-regex (?<n>a)(?P<n>b)
consumer-groups --validate-regex (?P<n-m>a)
consumer-groups --validate-regex (?P<n
consumer-groups --validate-regex \\
consumer-groups --validate-regex \\Qa*\\E*
consumer-groups --validate-regex \\Q[
consumer-groups --validate-regex \\1
consumer-groups --validate-regex \\12
consumer-groups --validate-regex \\x4
consumer-groups --validate-regex \\x{110000}
consumer-groups --validate-regex \\x{41}
consumer-groups --validate-regex \\p{Greek}
consumer-groups --validate-regex \\pL
consumer-groups --validate-regex \\p{Nope}
consumer-groups --validate-regex \\p
consumer-groups --validate-regex \\A\\b\\z
consumer-groups --validate-regex \\Z
consumer-groups --validate-regex \\_
consumer-groups --validate-regex \\é
consumer-groups --validate-regex ^*
consumer-groups --validate-regex |
consumer-groups --validate-regex ()
consumer-groups --validate-regex (?-)
consumer-groups --validate-regex {2}
consumer-groups --validate-regex [\\
consumer-groups --validate-regex [\\q]
consumer-groups --validate-regex [\\p{}]
consumer-groups --validate-regex (?<>a)
consumer-groups --validate-regex a\\C
consumer-groups --validate-regex [a-\\pL]
consumer-groups --validate-regex (?i)*
consumer-groups --validate-regex ^{2}
consumer-groups $S --list --describe
consumer-groups $S --nonsense
consumer-groups $S --list --command-config DIR/none
consumer-groups --bootstrap-server nonsense --list
`),
  "get-offsets": lines(`
get-offsets
get-offsets --help
get-offsets --version
get-offsets $S
get-offsets $S --topic same-1
get-offsets $S --topic same-.* --partitions 0,1
get-offsets $S --topic same-1 --partitions 7
get-offsets $S --topic same-1 --partitions x
get-offsets $S --topic none
get-offsets $S --topic [
get-offsets $S --topic-partitions same-1:1,same-2,twelve:3-5,twelve:9-,.*:-1
get-offsets $S --topic-partitions same-1:x
get-offsets $S --topic-partitions same-1 --topic same-2
get-offsets $S --topic-partitions same-1 --partitions 1
get-offsets $S --topic same-1 --time earliest
get-offsets $S --topic same-1 --time -3
get-offsets $S --topic same-1 --time 0
get-offsets $S --topic same-1 --time earliest-local
get-offsets $S --topic same-1 --time latest-tiered
get-offsets $S --topic same-1 --time earliest-pending-upload
get-offsets $S --topic same-1 --time nonsense
get-offsets $S --exclude-internal-topics
get-offsets $S --nonsense
get-offsets --bootstrap-server nonsense
get-offsets $S --command-config DIR/none
get-offsets $S --command-config DIR/bad.properties
`),
  "delete-records": lines(`
delete-records
delete-records --help
delete-records --version
delete-records $S
delete-records --offset-json-file DIR/empty.json
delete-records $S --offset-json-file DIR/none
delete-records $S --offset-json-file DIR/empty.json
delete-records $S --offset-json-file DIR/not.json
delete-records $S --offset-json-file DIR/list.json
delete-records $S --offset-json-file DIR/version.json
delete-records $S --offset-json-file DIR/no-offset.json
delete-records $S --offset-json-file DIR/twice.json
delete-records $S --offset-json-file DIR/too-far.json
delete-records $S --offset-json-file DIR/records.json
delete-records $S --nonsense
`),
  "cluster": lines(`
! cluster
! cluster nonsense
! cluster cluster-idd
! cluster list-endpoints $S --nonsense
! cluster cluster-id
cluster cluster-id $S
cluster cluster-id $C
! cluster cluster-id $S $C
cluster cluster-id $S --config DIR/none
cluster cluster-id $S --config DIR/short.properties
cluster cluster-id $S --command-config DIR/bad.properties
cluster cluster-id $S --config a --command-config b
cluster cluster-id --bootstrap-server nonsense
cluster cl $S
cluster list-endpoints $S
cluster list-endpoints $S --include-fenced-brokers
cluster list-endpoints $C
cluster list-endpoints $C --include-fenced-brokers
! cluster unregister $S --id x
cluster unregister $S --id 9
`),
  "broker-api-versions": lines(`
broker-api-versions
broker-api-versions --help
broker-api-versions --version
broker-api-versions $S
broker-api-versions $S --command-config DIR/none
broker-api-versions --nonsense
broker-api-versions --bootstrap-server nonsense
`),
  "metadata-quorum": lines(`
metadata-quorum
metadata-quorum --help
metadata-quorum $S
metadata-quorum describe
metadata-quorum $S describe
metadata-quorum $S describe --help
metadata-quorum $S describe --status
metadata-quorum $S describe --status --replication
metadata-quorum $S describe --replication
metadata-quorum $S describe --replication --human-readable
metadata-quorum $S describe --status --human-readable
metadata-quorum $C describe --status
metadata-quorum $S $C describe --status
metadata-quorum $S describe --nonsense
metadata-quorum $S nonsense
metadata-quorum $S remove-controller --help
metadata-quorum $S remove-controller
metadata-quorum $S remove-controller --controller-id 3000
metadata-quorum $S remove-controller --controller-id x --controller-directory-id y
metadata-quorum $S remove-controller --controller-id 3000 --controller-directory-id nonsense
metadata-quorum $S remove-controller --controller-id 3000 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ --dry-run
metadata-quorum $S remove-controller --controller-id 3000 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ
metadata-quorum $S add-controller --help
metadata-quorum $S add-controller
metadata-quorum $S --command-config DIR/none describe --status
`),
  "features": lines(`
features
features --help
features $S
features describe
features $S describe
features $S describe --help
features $S describe --node-id 0
features $S describe --node-id x
features $C describe
features $S upgrade --help
features $S upgrade
features $S upgrade --release-version nonsense
features $S upgrade --release-version 4.3-IV0 --dry-run
features $S upgrade --release-version 3.9 --dry-run
features $S upgrade --feature nonsense=1
features $S upgrade --feature group.version
features $S upgrade --feature group.version=x
features $S upgrade --feature group.version=1 --dry-run
features $S upgrade --feature group.version=1 --feature group.version=2
features $S upgrade --metadata 4.3-IV0
features $S upgrade --metadata nonsense
features $S downgrade --help
features $S downgrade --feature group.version=0 --dry-run
features $S downgrade --feature metadata.version=1 --dry-run
features $S downgrade --metadata 3.0 --unsafe --dry-run
features $S disable --help
features $S disable
features $S disable --feature nonsense
features $S disable --feature group.version --dry-run
features $S disable --feature group.version --unsafe --dry-run
features $S version-mapping --help
features $S version-mapping
features $S version-mapping --release-version 3.9
features $S version-mapping --release-version nonsense
features $S feature-dependencies --help
features $S feature-dependencies
features $S feature-dependencies --feature group.version=1
features $S feature-dependencies --feature transaction.version=2 --feature metadata.version=25
features $S feature-dependencies --feature nonsense=1
features $S feature-dependencies --feature group.version=99
features $S nonsense
features $S x
features $S de
features $S upgrad
features $S updrage
features $S describe --nodeid 1
`),
  "log-dirs": lines(`
log-dirs
log-dirs --help
log-dirs --version
log-dirs $S
log-dirs --describe
log-dirs $S --describe --topic-list same-1
log-dirs $S --describe --topic-list none
log-dirs $S --describe --broker-list 0 --topic-list same-2,same-1
log-dirs $S --describe --broker-list 9
log-dirs $S --describe --broker-list x
log-dirs $S --nonsense
log-dirs $S --describe --command-config DIR/none
`),
  "leader-election": lines(`
leader-election
leader-election --help
leader-election --version
leader-election $S
leader-election $S --election-type nonsense --all-topic-partitions
leader-election $S --election-type preferred
leader-election $S --election-type preferred --all-topic-partitions
leader-election $S --election-type preferred --topic same-1 --partition 0
leader-election $S --election-type unclean --topic same-1 --partition 0
leader-election $S --election-type preferred --topic same-1
leader-election $S --election-type preferred --partition 0
leader-election $S --election-type preferred --topic same-1 --partition 9
leader-election $S --election-type preferred --topic same-1 --partition x
leader-election $S --election-type preferred --path-to-json-file DIR/election.json
leader-election $S --election-type preferred --path-to-json-file DIR/election-missing.json
leader-election $S --election-type preferred --path-to-json-file DIR/election-twice.json
leader-election $S --election-type preferred --path-to-json-file DIR/not.json
leader-election $S --election-type preferred --path-to-json-file DIR/none
leader-election $S --election-type preferred --path-to-json-file DIR/election.json --all-topic-partitions
leader-election $S --election-type preferred --all-topic-partitions --admin.config a --command-config b
leader-election $S --election-type preferred --all-topic-partitions --admin.config DIR/short.properties
leader-election $S --nonsense
`),
  "reassign-partitions": lines(`
reassign-partitions
reassign-partitions --help
reassign-partitions --version
reassign-partitions $S
reassign-partitions $S --list
reassign-partitions $S --generate
reassign-partitions $S --generate --topics-to-move-json-file DIR/topics.json --broker-list 0
reassign-partitions $S --generate --topics-to-move-json-file DIR/topics.json --broker-list 0,0
reassign-partitions $S --generate --topics-to-move-json-file DIR/topics.json --broker-list x
reassign-partitions $S --generate --topics-to-move-json-file DIR/topics.json --broker-list 0 --disable-rack-aware
reassign-partitions $S --generate --topics-to-move-json-file DIR/no-topics.json --broker-list 0
reassign-partitions $S --generate --topics-to-move-json-file DIR/not.json --broker-list 0
reassign-partitions $S --generate --topics-to-move-json-file DIR/none --broker-list 0
reassign-partitions $S --generate --topics-to-move-json-file DIR/topics.json --broker-list 9
reassign-partitions $S --verify --reassignment-json-file DIR/plan.json
reassign-partitions $S --verify --reassignment-json-file DIR/plan.json --preserve-throttles
reassign-partitions $S --verify --reassignment-json-file DIR/plan-missing.json
reassign-partitions $S --execute --reassignment-json-file DIR/plan.json
reassign-partitions $S --execute --reassignment-json-file DIR/plan.json --throttle 1000
reassign-partitions $S --verify --reassignment-json-file DIR/plan.json
reassign-partitions $S --execute --reassignment-json-file DIR/plan-missing.json
reassign-partitions $S --execute --reassignment-json-file DIR/plan-twice.json
reassign-partitions $S --execute --reassignment-json-file DIR/plan-dir.json
reassign-partitions $S --execute --reassignment-json-file DIR/empty.json
reassign-partitions $S --execute --reassignment-json-file DIR/version.json
reassign-partitions $S --execute --reassignment-json-file DIR/none
reassign-partitions $S --execute --reassignment-json-file DIR/plan.json --broker-list 0
reassign-partitions $S --execute --reassignment-json-file DIR/plan.json --disallow-replication-factor-change
reassign-partitions $S --cancel --reassignment-json-file DIR/plan.json
reassign-partitions $S --cancel --reassignment-json-file DIR/empty.json
reassign-partitions $S --cancel
reassign-partitions $C --list
reassign-partitions $S $C --list
reassign-partitions $S --list --verify
reassign-partitions $S --nonsense
`),
  "transactions": lines(`
transactions
transactions --help
transactions --version
transactions $S
transactions list
transactions describe
transactions $S list --help
transactions $S list
transactions $S list --duration-filter 100000
transactions $S list --duration-filter x
transactions $S list --transactional-id-pattern fir.*
transactions $S list --transactional-id-pattern [
transactions $S describe --help
transactions $S describe
transactions $S describe --transactional-id first
transactions $S describe --transactional-id none
transactions $S describe-producers --help
transactions $S describe-producers
transactions $S describe-producers --topic same-2 --partition 0
transactions $S describe-producers --topic same-2 --partition 0 --broker-id 0
transactions $S describe-producers --topic same-2 --partition x
transactions $S abort --help
transactions $S abort
transactions $S abort --topic same-2 --partition 0
transactions $S abort --topic same-2 --partition 0 --start-offset 0
transactions $S abort --topic same-2 --partition 0 --producer-id 1 --start-offset 3
transactions $S abort --topic same-2 --partition 0 --producer-id 999 --producer-epoch 0 --coordinator-epoch 0
transactions $S find-hanging --help
transactions $S find-hanging
transactions $S find-hanging --broker-id 0
transactions $S find-hanging --broker-id 0 --topic same-2
transactions $S find-hanging --topic same-2
transactions $S find-hanging --topic same-2 --partition 1
transactions $S find-hanging --topic none
transactions $S find-hanging --partition 1
transactions $S forceTerminateTransaction --help
transactions $S forceTerminateTransaction
transactions $S forceTerminateTransaction --transactional-id first
transactions $S forceTerminateTransaction --transactional-id none
transactions $S nonsense
transactions $S descrbe
transactions $S list --duratoin-filter 1
transactions $S list --bootstrap-servers x
transactions $S abort --producer
transactions $S abort --topic a --partition 1 --producer-i
transactions $S abort --topic a --partition 1 --producerid 1
transactions --bootstrap-server nonsense list
`),
  "storage": lines(`
! storage nonsense
storage random-uuid --help
storage info
storage info --help
storage info --config DIR/none
storage info --config DIR/node/server.properties
storage info --config DIR/add.properties
storage format --help
storage format
storage format --config DIR/node/server.properties
storage format --config DIR/node/server.properties --cluster-id x
storage format --config DIR/node/server.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ
storage format --config DIR/node/server.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --ignore-formatted
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --standalone
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --release-version nonsense --standalone
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --release-version 3.0 --standalone
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --feature nonsense=1 --standalone
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --feature group.version --standalone
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --feature group.version=0 --standalone
storage info --config DIR/new-~.properties
storage format --config DIR/new-~.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ --standalone --no-initial-controllers
storage version-mapping
storage version-mapping --release-version 3.9
storage version-mapping --release-version nonsense
storage feature-dependencies
storage feature-dependencies --feature group.version=1
storage feature-dependencies --feature nonsense=1
`),
  "dump-log": lines(`
dump-log
dump-log --help
dump-log --version
dump-log --nonsense
dump-log --files DIR/none
dump-log --files DIR/node/data/same-1-0/00000000000000000000.log
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --print-data-log
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --deep-iteration
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --max-bytes 100
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --max-bytes x
dump-log --files DIR/node/data/__consumer_offsets-0/00000000000000000000.log --offsets-decoder
dump-log --files DIR/node/data/__transaction_state-0/00000000000000000000.log --transaction-log-decoder
dump-log --files DIR/node/data/__cluster_metadata-0/00000000000000000000.log --cluster-metadata-decoder --skip-record-metadata --max-bytes 3000
dump-log --files DIR/node/data/__cluster_metadata-0/00000000000000000000.log --offsets-decoder --max-bytes 400
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --value-decoder-class none
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --value-decoder-class org.apache.kafka.tools.api.StringDecoder
dump-log --files DIR/node/data/same-2-0/00000000000000000000.log --verify-index-only
`),
  "producer-perf-test": lines(`
producer-perf-test
producer-perf-test --help
producer-perf-test $S --topic same-1
producer-perf-test $S --topic same-1 --num-records 5 --throughput x --record-size 5
producer-perf-test $S --topic same-1 --num-records 5 --throughput -1 --payload-file DIR/none
`),
  "consumer-perf-test": lines(`
consumer-perf-test
consumer-perf-test --help
consumer-perf-test --version
consumer-perf-test $S --num-records 5
consumer-perf-test $S --topic a --include b --num-records 5
consumer-perf-test $S --topic a --num-records x
consumer-perf-test $S --nonsense
`),
  "e2e-latency": lines(`
e2e-latency
e2e-latency --help
e2e-latency --version
e2e-latency a b
e2e-latency $S --topic same-1 --num-records 5 --producer-acks 0 --record-size 5
e2e-latency $S --topic same-1 --num-records x --producer-acks 1 --record-size 5
e2e-latency $S --nonsense
`),
};

function lines(text: string): string[] {
  return text.trim().split("\n");
}
