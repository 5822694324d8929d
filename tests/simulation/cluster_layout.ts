/** Which nodes a simulated cluster has, and their configs. */

import { hostOf } from "./cluster_node.ts";

/**
 * What dying costs: `kill` leaves what was written; `flushed` takes the power, of disks that flush every write; `one` takes the power of disks that
 * do not, or all that is on one, of one machine at a time. `restless` is `kill` for controllers that die again and again, for moments only;
 * in `cut off` nobody dies, but leaders lose everybody but their clients.
 */
export type World = "kill" | "flushed" | "one" | "restless" | "cut off";

/** The nodes: three that are both and a broker, or three of each. */
export function nodeProperties(isCombined: boolean, world: World): Record<string, string>[] {
  const controllers = isCombined ? [1, 2, 3] : [11, 12, 13];
  const brokers = isCombined ? [1, 2, 3, 4] : [1, 2, 3, 4];
  const voters = controllers.map((id) => `${id}@${hostOf(id)}:9093`).join();
  return [...new Set([...controllers, ...brokers])].map((id) => {
    const isBroker = brokers.includes(id);
    const isController = controllers.includes(id);
    const listeners = [
      ...isBroker ? [`PLAINTEXT://${hostOf(id)}:9092`] : [],
      ...isController ? [`CONTROLLER://${hostOf(id)}:9093`] : [],
    ];
    return {
      "process.roles": [
        ...isBroker ? ["broker"] : [],
        ...isController ? ["controller"] : [],
      ].join(),
      "node.id": `${id}`,
      "broker.rack": `r${id}`,
      "log.dirs": "/data",
      "listeners": listeners.join(),
      "controller.listener.names": "CONTROLLER",
      "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
      "controller.quorum.voters": voters,
      "controller.quorum.election.timeout.ms": "300",
      "controller.quorum.fetch.timeout.ms": "1000",
      "broker.heartbeat.interval.ms": "300",
      "broker.session.timeout.ms": "2000",
      "replica.lag.time.max.ms": "1500",
      "replica.fetch.backoff.ms": "100",
      "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
      "leader.imbalance.check.interval.seconds": "3",
      "min.insync.replicas": "2",
      "offsets.topic.num.partitions": "1",
      "group.initial.rebalance.delay.ms": "0",
      "log.index.interval.bytes": "100",
      ...world === "flushed" ? { "log.flush.interval.messages": "1" } : {},
    };
  });
}
