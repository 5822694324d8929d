/**
 * Adding partitions to topics.
 *
 * @module
 */

import { createPartitions as createPartitionsApi } from "../protocol/messages/create_partitions.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { AdminResults } from "./admin_results.ts";
import { sameText } from "./coordinator_lookup.ts";
import { quotaCall, type QuotaOptions, throwIfNotController } from "./quota_violations.ts";

/** Options of calls that make topics or partitions. */
export interface CreateOptions extends QuotaOptions {
  /** Whether it is only checked if it could be done. Default: false. */
  readonly validateOnly?: boolean;
}

/** How many partitions a topic is to have. */
export interface NewPartitions {
  /** The number, with those that there are. */
  readonly totalCount: number;
  /** Brokers of each partition that is added. Default: the controller chooses. */
  readonly newAssignments?: readonly (readonly number[])[];
}

/** Adds partitions to topics. */
export async function createPartitions(
  context: AdminContext,
  newPartitions: ReadonlyMap<string, NewPartitions>,
  options: CreateOptions = {},
): Promise<AdminResults<string, void>> {
  return await quotaCall<string, void>(
    context,
    sameText,
    newPartitions.keys(),
    options,
    (time, names) =>
      sendCall(context, time, {
        name: "createPartitions",
        destination: { to: "controller" },
        api: createPartitionsApi,
        draft: ({ timeoutMs }) => ({
          topics: names.map((name) => {
            const { totalCount: count, newAssignments } = newPartitions.get(name)!;
            const assignments = newAssignments?.map((brokerIds) => ({ brokerIds })) ?? null;
            return { name, count, assignments };
          }),
          timeoutMs,
          validateOnly: options.validateOnly ?? false,
        }),
      }, ({ throttleTimeMs, results }) => {
        throwIfNotController(context, results);
        return {
          throttleTimeMs,
          answers: results.map(({ name, errorCode, errorMessage }) => (
            { key: name, errorCode, errorMessage, value: () => {} }
          )),
        };
      }),
  );
}
