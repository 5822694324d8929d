import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { controllerIntervals } from "../../../cluster/server/controller_intervals.ts";

function intervals(properties: Readonly<Record<string, string>> = {}) {
  const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
  const of = controllerIntervals(config, () => true);
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
  const noOpRecordMs = (isAlone: boolean, properties: Readonly<Record<string, string>> = {}) => {
    const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
    return controllerIntervals(config, () => isAlone).noOpRecordMs();
  };
  assertEquals([noOpRecordMs(true), noOpRecordMs(false)], [undefined, 500]);
  assertEquals(noOpRecordMs(false, { "metadata.max.idle.interval.ms": "70" }), 70);
  assertEquals(noOpRecordMs(false, { "metadata.max.idle.interval.ms": "0" }), undefined);
});
