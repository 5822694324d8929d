/**
 * The order in which members are served.
 *
 * @module
 */

import type { Subscription } from "./partition_assignor.ts";

/**
 * Members by name, so that all leaders share alike; static ones come first, by the name that they keep over restarts (Kafka's
 * `AbstractPartitionAssignor.MemberInfo`).
 */
export function inMemberOrder(
  subscriptions: ReadonlyMap<string, Pick<Subscription, "groupInstanceId">>,
): string[] {
  const instanceOf = (member: string) => subscriptions.get(member)!.groupInstanceId;
  return [...subscriptions.keys()].sort((a, b) => {
    const instanceA = instanceOf(a);
    const instanceB = instanceOf(b);
    if (instanceA !== null && instanceB !== null) return compare(instanceA, instanceB);
    if (instanceA !== null || instanceB !== null) return instanceA !== null ? -1 : 1;
    return compare(a, b);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
