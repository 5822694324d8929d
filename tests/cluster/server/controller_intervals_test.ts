import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { controllerIntervals } from "../../../cluster/server/controller_intervals.ts";

function intervals(properties: Readonly<Record<string, string>> = {}) {
  const of = controllerIntervals(BrokerConfig.parse({ ...quickStartProperties(), ...properties }));
  return [of.brokerSessionTimeoutMs(), of.leaderImbalanceCheckMs(), of.uncleanElectionMs()];
}

Deno.test("the controller looks as often as the configs say", () => {
  assertEquals(intervals(), [9000, 300_000, 300_000]);
  assertEquals(
    intervals({
      "broker.session.timeout.ms": "5000",
      "leader.imbalance.check.interval.seconds": "7",
      "unclean.leader.election.interval.ms": "11",
    }),
    [5000, 7000, 11],
  );
  assertEquals(intervals({ "auto.leader.rebalance.enable": "false" })[1], undefined);
});

Deno.test("a controller with others to show it to writes no-op records as often as the configs say", () => {
  const noOpRecordMs = (properties: Readonly<Record<string, string>>) =>
    controllerIntervals(BrokerConfig.parse({ ...quickStartProperties(), ...properties }))
      .noOpRecordMs();
  assertEquals(noOpRecordMs({}), undefined);
  const voters = {
    "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "controller.quorum.voters": "1@localhost:9093,2@localhost:9094",
  };
  assertEquals(noOpRecordMs(voters), 500);
  assertEquals(noOpRecordMs({ ...voters, "metadata.max.idle.interval.ms": "70" }), 70);
  assertEquals(noOpRecordMs({ ...voters, "metadata.max.idle.interval.ms": "0" }), undefined);
});
