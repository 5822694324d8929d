import { assertThrows } from "@std/assert";
import { validateGroups } from "../../../cluster/config/validate_groups.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { ONLY_NODE, parse, type Texts } from "./broker_properties.ts";

const refused = (more: Texts, message: string) =>
  assertThrows(
    () => validateGroups(parse({ ...ONLY_NODE, ...more }).values),
    InvalidConfigError,
    message,
  );

Deno.test("the defaults go together", () => {
  validateGroups(parse(ONLY_NODE).values);
});

Deno.test("a setting lies within its bounds", () => {
  refused(
    { "group.consumer.session.timeout.ms": "44999" },
    "group.consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms",
  );
  refused(
    { "group.share.heartbeat.interval.ms": "15001" },
    "group.share.heartbeat.interval.ms must be less than or equal to group.share.max.heartbeat.interval.ms",
  );
  refused(
    { "group.streams.min.assignment.interval.ms": "15001" },
    "group.streams.max.assignment.interval.ms must be greater than or equal to " +
      "group.streams.min.assignment.interval.ms",
  );
  refused(
    { "group.streams.num.standby.replicas": "3" },
    "group.streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas",
  );
  refused(
    { "group.share.record.lock.duration.ms": "1000" },
    "group.share.record.lock.duration.ms must be greater than or equal to group.share.min.record.lock.duration.ms",
  );
});

Deno.test("heartbeats come more often than sessions end", () => {
  refused(
    {
      "group.consumer.heartbeat.interval.ms": "50000",
      "group.consumer.max.heartbeat.interval.ms": "50000",
    },
    "group.consumer.heartbeat.interval.ms must be less than group.consumer.session.timeout.ms",
  );
});

Deno.test("share groups have one assignor, and the classic protocol is always on", () => {
  refused(
    { "group.share.assignors": "simple,other" },
    "group.share.assignors must contain exactly one assignor, but found 2",
  );
  refused(
    { "group.coordinator.rebalance.protocols": "consumer" },
    "Disabling the 'classic' protocol is not supported.",
  );
  refused(
    { "group.share.max.share.sessions": "100" },
    "group.share.max.share.sessions must be greater than or equal to group.share.max.size",
  );
});
