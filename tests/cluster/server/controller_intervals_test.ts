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
