/** Members of classic groups, by the bare protocol. */

import { BrokerConnection } from "../../client/network/broker_connection.ts";
import type { Transport } from "../../client/network/transport.ts";
import { errorName, isRetriable } from "../../client/protocol/error_codes.ts";
import { findCoordinator } from "../../client/protocol/messages/find_coordinator.ts";
import { joinGroup as joinGroupApi } from "../../client/protocol/messages/join_group.ts";
import { syncGroup } from "../../client/protocol/messages/sync_group.ts";
import type { TestBroker } from "../../cluster/testing/mod.ts";
import { systemEnv } from "../../storage/system_env.ts";

/** A member; disposing of it ends its connection, and the group keeps it until its session is over. */
export interface Member extends AsyncDisposable {
  readonly memberId: string;
}

const text = (value: string) => [0, value.length, ...new TextEncoder().encode(value)];
const none = [0xff, 0xff, 0xff, 0xff];
const SUBSCRIPTION = new Uint8Array([0, 0, 0, 0, 0, 1, ...text("orders"), ...none]);
const ASSIGNMENT = new Uint8Array([
  ...[0, 0, 0, 0, 0, 1],
  ...text("orders"),
  ...[0, 0, 0, 1, 0, 0, 0, 0],
  ...none,
]);

/** Joins a group as its only member, which gets partition 0 of `orders`. */
export async function joinGroup(
  { broker, transport }: { readonly broker: TestBroker; readonly transport: Transport },
  groupId: string,
  groupInstanceId: string | null = null,
): Promise<Member> {
  const { clock } = systemEnv();
  const { address } = broker.broker;
  const connection = await BrokerConnection.connect({ transport, address, clock, clientId: "c" });
  const join = (memberId: string) =>
    connection.send(joinGroupApi, {
      groupId,
      memberId,
      groupInstanceId,
      protocolType: "consumer",
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 30_000,
      protocols: [{ name: "range", metadata: SUBSCRIPTION }],
    });
  // The topic of offsets is made when somebody looks for a coordinator.
  for (;;) {
    const { coordinators: [found] } = await connection.send(findCoordinator, {
      coordinatorKeys: [groupId],
    });
    if (found!.errorCode === 0) break;
    await clock.sleep(1);
  }
  let joined = await join("");
  while (joined.errorCode !== 0) {
    const error = errorName(joined.errorCode);
    if (error !== "MEMBER_ID_REQUIRED" && !isRetriable(error)) throw new Error(error);
    await clock.sleep(1);
    joined = await join(joined.memberId);
  }
  const { memberId, generationId } = joined;
  await connection.send(syncGroup, {
    groupId,
    generationId,
    memberId,
    groupInstanceId,
    protocolType: "consumer",
    protocolName: "range",
    assignments: [{ memberId, assignment: ASSIGNMENT }],
  });
  return {
    memberId,
    [Symbol.asyncDispose]() {
      connection.close();
      return Promise.resolve();
    },
  };
}
