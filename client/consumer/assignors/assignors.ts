/**
 * The assignors of a consumer, by `partition.assignment.strategy`.
 *
 * @module
 */

import { InvalidConfigError } from "../../../storage/errors.ts";
import { CooperativeStickyAssignor } from "./cooperative_sticky_assignor.ts";
import type { PartitionAssignor, RebalanceProtocol } from "./partition_assignor.ts";
import { rangeAssignor } from "./range_assignor.ts";
import { roundRobinAssignor } from "./round_robin_assignor.ts";
import { StickyAssignor } from "./sticky_assignor.ts";

const PACKAGE = "org.apache.kafka.clients.consumer.";

/** Kafka's assignors, by the names of their classes. */
const CLASSES: Readonly<Record<string, () => PartitionAssignor>> = {
  RangeAssignor: () => rangeAssignor,
  RoundRobinAssignor: () => roundRobinAssignor,
  StickyAssignor: () => new StickyAssignor(),
  CooperativeStickyAssignor: () => new CooperativeStickyAssignor(),
};

/** How each is made, by both of its names. */
const MAKERS: ReadonlyMap<string, () => PartitionAssignor> = new Map(
  Object.entries(CLASSES).flatMap((
    [name, make],
  ) => [[`${PACKAGE}${name}`, make], [make().name, make]]),
);

/**
 * The assignors that a user has configured, the preferred one first.
 *
 * @param given names, or assignors of the user's own
 * @throws {InvalidConfigError} for what is none, and for two of one name
 */
export function partitionAssignors(given: unknown): readonly PartitionAssignor[] {
  const assignors = (Array.isArray(given) ? given : [given]).map(assignorOf);
  const names = new Set<string>();
  for (const { name } of assignors) {
    if (names.has(name)) {
      throw invalid(name, `The assignor name: '${name}' is used in more than one assignor`);
    }
    names.add(name);
  }
  // Members without a protocol in common could not agree on when to give up partitions.
  rebalanceProtocol(assignors);
  return assignors;
}

/**
 * How members give up partitions: the most advanced way that all their assignors can follow.
 *
 * @throws {InvalidConfigError} when there is none
 */
export function rebalanceProtocol(assignors: readonly PartitionAssignor[]): RebalanceProtocol {
  const common = (["COOPERATIVE", "EAGER"] as const).find((protocol) =>
    assignors.every(({ supportedProtocols = ["EAGER"] }) => supportedProtocols.includes(protocol))
  );
  if (assignors.length === 0) return "EAGER";
  if (common !== undefined) return common;
  const names = assignors.map(({ name }) => name).join(", ");
  throw invalid(
    names,
    `Specified assignors [${names}] do not have commonly supported rebalance protocol`,
  );
}

function assignorOf(given: unknown): PartitionAssignor {
  if (typeof given === "string") {
    const make = MAKERS.get(given.trim());
    if (make !== undefined) return make();
    throw invalid(given, `Class ${given} could not be found.`);
  }
  const { name, assign } = (given ?? {}) as Partial<PartitionAssignor>;
  if (typeof name === "string" && typeof assign === "function") return given as PartitionAssignor;
  throw invalid(given, "Not an assignor");
}

function invalid(value: unknown, problem: string): InvalidConfigError {
  return new InvalidConfigError(
    `Invalid value ${value} for configuration partition.assignment.strategy: ${problem}`,
  );
}
